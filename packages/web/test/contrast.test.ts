import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'

const SOURCES = join(import.meta.dirname, '..', 'src')
const TOKENS = readFileSync(join(SOURCES, 'design', 'tokens.css'), 'utf8')
const THEMES = ['light', 'dark', 'contrast'] as const

/** WCAG 2.2: 1.4.3 for text, 1.4.11 for what draws a control, 1.4.6 for text where someone asked for more contrast. */
const AA_TEXT = 4.5
const AA_DRAWN = 3
const AAA_TEXT = 7

const GROUNDS = [
  'ground',
  'surface',
  'surface-2',
  'surface-3',
  'accent-soft',
  'glow-soft',
  'danger-soft',
  'good-soft',
]
const INKS = ['ink', 'ink-2', 'ink-3']

/** Which text may stand on which ground: the inks on any; what means something where it is used. */
const TEXT: readonly (readonly [ink: string, ground: string])[] = [
  ...INKS.flatMap((ink) => GROUNDS.map((ground) => [ink, ground] as const)),
  ...['accent', 'danger', 'glow', 'good'].flatMap((ink) =>
    ['ground', 'surface', 'surface-2', `${ink}-soft`].map((ground) => [ink, ground] as const),
  ),
  ['accent', 'surface-3'],
  ['accent-strong', 'accent-soft'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['mine-ink', 'mine'],
  ['mine-ink-2', 'mine'],
  ['accent', 'mine'],
  ['danger', 'mine'],
  ['glow', 'mine'],
  ['ground', 'ink'],
  ['rail-ink', 'rail-ground'],
  ['rail-ink', 'rail-raised'],
  ['rail-ink-2', 'rail-ground'],
  ['rail-ink-2', 'rail-raised'],
  ['rail-on-lamp', 'rail-lamp'],
]

/** Outlines of controls, the ring of the focus, and the lamp that says live. */
const DRAWN: readonly (readonly [ink: string, ground: string])[] = [
  ...['line-strong', 'focus', 'lamp', 'accent'].flatMap((ink) =>
    ['ground', 'surface', 'surface-2'].map((ground) => [ink, ground] as const),
  ),
  ['focus', 'surface-3'],
  ['focus', 'mine'],
  ['focus', 'accent-soft'],
  ['lamp', 'accent-soft'],
  ['rail-lamp', 'rail-ground'],
  ['rail-focus', 'rail-ground'],
  ['rail-focus', 'rail-raised'],
]

suite('colours', () => {
  for (const theme of THEMES) {
    const tokens = tokensOf(theme)
    const least = theme === 'contrast' ? AAA_TEXT : AA_TEXT

    test(`text can be read in the theme ${theme}`, () => {
      assert.deepEqual(tooFaint(tokens, TEXT, least), [])
    })

    test(`what is drawn can be seen in the theme ${theme}`, () => {
      assert.deepEqual(tooFaint(tokens, DRAWN, AA_DRAWN), [])
    })

    test(`the letters of every avatar can be read in the theme ${theme}`, () => {
      const ink = luminanceOf(tokens.get('avatar-ink') ?? '')
      for (let hue = 0; hue < 360; hue++) {
        const ground = hslLuminance(hue, percent(tokens, 'avatar-chroma'), percent(tokens, 'avatar-light'))
        assert.ok(contrast(ink, ground) >= least, `hue ${hue}: ${contrast(ink, ground).toFixed(2)}`)
      }
    })
  }

  test('each theme names the same colours', () => {
    const [light, ...others] = THEMES.map((theme) => [...colourNames(theme)].sort())
    for (const names of others) assert.deepEqual(names, light)
  })

  test('stand in tokens.css alone', async () => {
    const strays: string[] = []
    for await (const path of glob('**/*.css', { cwd: SOURCES })) {
      if (path.endsWith('tokens.css')) continue
      const found = readFileSync(join(SOURCES, path), 'utf8').match(
        /#[0-9a-f]{3,8}\b|\b(rgba?|oklch|lab)\(|hsl\((?!var)/giu,
      )
      for (const colour of found ?? []) strays.push(`${path}: ${colour}`)
    }
    assert.deepEqual(strays, [])
  })

  test('that are too faint are found', () => {
    const tokens = new Map([
      ['ink', '#999999'],
      ['surface', '#ffffff'],
    ])
    assert.deepEqual(tooFaint(tokens, [['ink', 'surface']], AA_TEXT), ['ink on surface: 2.85 < 4.5'])
  })
})

function tooFaint(
  tokens: ReadonlyMap<string, string>,
  pairs: readonly (readonly [string, string])[],
  least: number,
): string[] {
  return pairs.flatMap(([ink, ground]) => {
    const got = contrast(luminanceOf(tokens.get(ink) ?? ''), luminanceOf(tokens.get(ground) ?? ''))
    return got >= least ? [] : [`${ink} on ${ground}: ${got.toFixed(2)} < ${least}`]
  })
}

/** What holds in a theme: its own tokens over those of :root, which are the light ones. */
function tokensOf(theme: string): ReadonlyMap<string, string> {
  return new Map([
    ...declarations(/:root \{/u),
    ...declarations(themeHead('light')),
    ...declarations(themeHead(theme)),
  ])
}

function colourNames(theme: string): readonly string[] {
  return [...declarations(themeHead(theme))].flatMap(([name, value]) => (value.startsWith('#') ? [name] : []))
}

function themeHead(theme: string): RegExp {
  return new RegExp(`:root\\[data-theme='${theme}'\\] \\{`, 'u')
}

function declarations(head: RegExp): ReadonlyMap<string, string> {
  const found = head.exec(TOKENS)
  assert.ok(found, `tokens.css has no ${head.source}`)
  const start = found.index + found[0].length
  const block = TOKENS.slice(start, TOKENS.indexOf('}', start))
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*([^;]+);/gu)].map(([, name = '', value = '']) => [name, value]),
  )
}

function percent(tokens: ReadonlyMap<string, string>, name: string): number {
  return Number.parseFloat(tokens.get(name) ?? '') / 100
}

/** (L1 + 0.05) / (L2 + 0.05), the lighter one above: WCAG 2.2, "contrast ratio". */
function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
}

function luminanceOf(hex: string): number {
  assert.match(hex, /^#[0-9a-f]{6}$/u)
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  return luminance(parts)
}

/** WCAG 2.2, "relative luminance", of sRGB. */
function luminance([red = 0, green = 0, blue = 0]: readonly number[]): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

function linear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
}

/** CSS Color 4, §7: hsl to sRGB. */
function hslLuminance(hue: number, saturation: number, lightness: number): number {
  const part = (n: number) => {
    const k = (n + hue / 30) % 12
    return (
      lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1))
    )
  }
  return luminance([part(0), part(8), part(4)])
}
