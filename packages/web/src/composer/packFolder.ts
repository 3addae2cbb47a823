/** Apart, so that it is loaded when it is needed. */
export { packFolder } from '@triode/api'
