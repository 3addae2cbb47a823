/**
 * How the page looks besides its theme: what the reader chose, kept in this browser only and set on the root element,
 * where tokens.css reads it.
 */
export const TEXT_SIZES = ['normal', 'large', 'larger', 'largest', 'twice'] as const
export type TextSize = (typeof TEXT_SIZES)[number]
export const DENSITIES = ['normal', 'compact'] as const
export type Density = (typeof DENSITIES)[number]
export const MOTIONS = ['system', 'reduced'] as const
export type Motion = (typeof MOTIONS)[number]

export interface Appearance {
  readonly text: TextSize
  readonly density: Density
  readonly motion: Motion
  /** Whether a key alone, such as ?, does something (WCAG 2.2, 2.1.4). */
  readonly singleKeys: 'on' | 'off'
}

const CHOICES = { text: TEXT_SIZES, density: DENSITIES, motion: MOTIONS, singleKeys: ['on', 'off'] } as const

export function chosenAppearance(): Appearance {
  return {
    text: kept('text') ?? 'normal',
    density: kept('density') ?? 'normal',
    motion: kept('motion') ?? 'system',
    singleKeys: kept('singleKeys') ?? 'on',
  }
}

export function chooseAppearance(change: Partial<Appearance>): void {
  for (const [name, value] of Object.entries(change)) localStorage.setItem(`triode-${name}`, value)
  applyAppearance()
}

/** Once at the start, and at each change. */
export function applyAppearance(): void {
  const { text, density, motion } = chosenAppearance()
  Object.assign(document.documentElement.dataset, { text, density, motion })
}

export function areSingleKeysOn(): boolean {
  return chosenAppearance().singleKeys === 'on'
}

type Choice<Name extends keyof Appearance> = Appearance[Name]

function kept<Name extends keyof Appearance>(name: Name): Choice<Name> | undefined {
  const value = localStorage.getItem(`triode-${name}`)
  const choices: readonly string[] = CHOICES[name]
  return value !== null && choices.includes(value) ? (value as Choice<Name>) : undefined
}
