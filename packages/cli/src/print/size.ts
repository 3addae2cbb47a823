/** Sizes and rates, to people and from them: in powers of 1,000, as disks and networks are sold. */
import { usage } from '../argument.ts'

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const
const STEP = 1_000
const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 }
/** Bytes of the largest file there is (spec §15.1). */
const MAX_BYTES = 2 ** 48

/** `0 B`, `999 B`, `1.2 kB`, `12 MB`: two digits that count, or all before the point. */
export function sizeText(bytes: number): string {
  let [value, unit] = [bytes, 0]
  // Rounded: what would show as 1000 kB is 1 MB.
  while (Math.round(value) >= STEP && unit < UNITS.length - 1) [value, unit] = [value / STEP, unit + 1]
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : String(Math.round(value))
  return `${digits} ${UNITS[unit] ?? ''}`
}

/** `500`, `64k`, `10M`, `1.5G`, `2TB`. @returns bytes @throws ApiFault 'usage' */
export function sizeBytes(text: string): number {
  const match = /^(\d{1,15}(?:\.\d{1,3})?) ?([kmgt]?)b?$/i.exec(text)
  const bytes = Math.round(Number(match?.[1]) * (FACTORS[(match?.[2] ?? '').toLowerCase()] ?? NaN))
  if (bytes <= MAX_BYTES) return bytes
  throw usage(`'${text}' is not a size`, 'Write a number and a unit, such as 500k, 10M, 1.5G')
}

/** As sizeBytes; `none` is null. */
export function sizeOrNone(text: string): number | null {
  return text === 'none' ? null : sizeBytes(text)
}
