/** Keys as commands name them: `Mod+Shift+F`, `Alt+1`, `?`. */

export interface KeyPress {
  readonly key: string
  /** Where the key is on the keyboard: what Alt turns a digit into differs between systems. */
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

interface Combination {
  readonly mod: boolean
  readonly alt: boolean
  readonly shift: boolean
  readonly key: string
}

export function isPressed(keys: string, press: KeyPress, isMac: boolean): boolean {
  const { mod, alt, shift, key } = combinationOf(keys)
  const [pressedMod, foreign] = isMac ? [press.metaKey, press.ctrlKey] : [press.ctrlKey, press.metaKey]
  if (mod !== pressedMod || foreign || alt !== press.altKey) return false
  // A sign such as ? needs Shift on one layout and not on another.
  if (!isSign(key) && shift !== press.shiftKey) return false
  return press.key.toLowerCase() === key.toLowerCase() || press.code === codeOf(key)
}

/** Whether a key alone does it: dead while one types, and for who turned such keys off (WCAG 2.2, 2.1.4). */
export function isSingleKey(keys: string): boolean {
  const { mod, alt, key } = combinationOf(keys)
  return !mod && !alt && key.length === 1
}

const SHOWN: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
}

/** As they stand on the keyboard, in the order in which they are pressed. */
export function shownKeys(keys: string, isMac: boolean): readonly string[] {
  const { mod, alt, shift, key } = combinationOf(keys)
  return [
    ...(mod ? [isMac ? '⌘' : 'Ctrl'] : []),
    ...(alt ? [isMac ? '⌥' : 'Alt'] : []),
    ...(shift ? ['⇧'] : []),
    SHOWN[key] ?? (key.length === 1 ? key.toUpperCase() : key),
  ]
}

/** For aria-keyshortcuts. */
export function ariaKeys(keys: string, isMac: boolean): string {
  return keys.replace('Mod', isMac ? 'Meta' : 'Control')
}

export function isMacHere(): boolean {
  return /mac/iu.test(navigator.userAgent)
}

function combinationOf(keys: string): Combination {
  const parts = keys.split('+')
  const held = new Set(parts.slice(0, -1))
  return { mod: held.has('Mod'), alt: held.has('Alt'), shift: held.has('Shift'), key: parts.at(-1) ?? '' }
}

function isSign(key: string): boolean {
  return key.length === 1 && !/[\p{L}\p{N}]/u.test(key)
}

function codeOf(key: string): string | undefined {
  if (/^[0-9]$/u.test(key)) return `Digit${key}`
  return /^[a-z]$/iu.test(key) ? `Key${key.toUpperCase()}` : undefined
}
