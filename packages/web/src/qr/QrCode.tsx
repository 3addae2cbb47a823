import { encode } from 'uqr'
import './qr.css'

export interface QrCodeProps {
  /** What a camera reads; capitals and digits make the code smaller, so hand in capitals where case does not matter. */
  readonly text: string
  /** What it is, for whoever doesn't see it. */
  readonly label: string
}

/** Modules of white around the code, which readers need (ISO 18004). */
const QUIET_MODULES = 4

/** A QR code: black on white in every theme, since many readers take no other. */
export function QrCode({ text, label }: QrCodeProps) {
  const { size, data } = encode(text, { ecc: 'L', boostEcc: true, border: QUIET_MODULES })
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect className="qr-ground" width={size} height={size} />
      <path className="qr-ink" d={pathOf(data)} />
    </svg>
  )
}

/** A rectangle for each run of black modules of a row. */
function pathOf(rows: readonly (readonly boolean[])[]): string {
  return rows
    .map((row, y) =>
      runsOf(row)
        .map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`)
        .join(''),
    )
    .join('')
}

function runsOf(row: readonly boolean[]): [start: number, length: number][] {
  const runs: [number, number][] = []
  row.forEach((isBlack, x) => {
    const last = runs.at(-1)
    if (!isBlack) return
    if (last !== undefined && last[0] + last[1] === x) last[1] += 1
    else runs.push([x, 1])
  })
  return runs
}
