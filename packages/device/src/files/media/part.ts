/** A file as it is sent: pieces of the one on the disk, and bytes that stand in for what was taken out. */
export type Part =
  | {
      /** Bytes of the file: from the first to before the last. */
      readonly from: number
      readonly to: number
    }
  | { readonly bytes: Uint8Array }

/** What an image is made of once nothing tells where, when and with what it was taken. */
export interface Stripped {
  readonly parts: readonly Part[]
  /** Whether anything was taken out. */
  readonly changed: boolean
  /** How it is to be turned (Exif 2.32 §4.6.4, tag 0x0112): 1 to 8; 1 is upright. */
  readonly orientation: number
}

/** Segments of one image that are looked at; more than an honest one has: of 64 MiB in chunks of 8 KiB there are 8,192. */
export const MAX_SEGMENTS = 65_536
/** Parts of which one is sent: each is opened for itself. An image that would need more is sent as it is. */
export const MAX_PARTS = 256

/** Neighbours made one, and empty ones left out. */
export function joined(parts: readonly Part[]): Part[] {
  const out: Part[] = []
  for (const part of parts) {
    const last = out.at(-1)
    if ('bytes' in part ? part.bytes.length === 0 : part.from === part.to) continue
    if (last !== undefined && 'to' in last && 'from' in part && last.to === part.from)
      out[out.length - 1] = { from: last.from, to: part.to }
    else out.push(part)
  }
  return out
}

/** Of a file of `size` bytes that is sent as it is. */
export function whole(size: number): Stripped {
  return { parts: [{ from: 0, to: size }], changed: false, orientation: UPRIGHT }
}

export const UPRIGHT = 1
