import { DEVICE_WORDS } from '../i18n/direction.ts'

export interface SpokenProps {
  readonly text: string
  /** In the language of the page. */
  readonly isOurs: boolean
}

/** What the device tells: where these catalogs do not know it, in its own English, marked so and set from left to right. */
export function Spoken({ text, isOurs }: SpokenProps) {
  return isOurs ? <>{text}</> : <span {...DEVICE_WORDS}>{text}</span>
}
