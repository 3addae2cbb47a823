/** The 2,048 words (spec §6.7, §6.8) that a face can draw a passphrase from. Apart from the rest: a page loads them only when asked. */
export { WORDS } from '@triode/core/words'
