/** The header Content-Disposition (RFC 6266), for names that others chose. */
import { cleanLine } from '../local/clean.ts'

/** What RFC 8187 §3.2.1 lets stand as it is and encodeURIComponent does too; it leaves four more. */
const LEFT_OVER = /['()*]/g
/** Outside of a quoted string of ASCII, or taken for an escape by some (RFC 6266 appendix D). */
const NOT_PLAIN = /[^ -~]|["%\\]/g

/** `inline; filename="..."; filename*=UTF-8''...`: the first for those who don't know the second. */
export function dispositionOf(kind: 'inline' | 'attachment', name: string): string {
  const safe = cleanLine(name).replaceAll(/[/\\]/g, '_').toWellFormed()
  const plain = safe.replaceAll(NOT_PLAIN, '_')
  return `${kind}; filename="${plain}"; filename*=UTF-8''${extendedValue(safe)}`
}

function extendedValue(text: string): string {
  return encodeURIComponent(text).replaceAll(LEFT_OVER, (letter) => {
    return `%${letter.charCodeAt(0).toString(16).toUpperCase()}`
  })
}
