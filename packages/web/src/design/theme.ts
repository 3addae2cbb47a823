/** The theme: what the reader chose, or what the system says while nothing is chosen. Kept in this browser only. */
export const THEMES = ['system', 'light', 'dark', 'contrast'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'triode-theme'
const DARK = matchMedia('(prefers-color-scheme: dark)')
const CONTRAST = matchMedia('(prefers-contrast: more)')

export function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEY)
  return THEMES.find((theme) => theme === kept) ?? 'system'
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme)
  applyTheme()
}

/** Sets the theme, and follows the system from now on. Once, at the start. */
export function followTheme(): void {
  applyTheme()
  for (const query of [DARK, CONTRAST]) query.addEventListener('change', applyTheme)
}

function applyTheme(): void {
  const theme = chosenTheme()
  document.documentElement.dataset['theme'] = theme === 'system' ? systemTheme() : theme
}

function systemTheme(): Exclude<Theme, 'system'> {
  if (CONTRAST.matches) return 'contrast'
  return DARK.matches ? 'dark' : 'light'
}
