import type { CSSProperties } from 'react'

export interface AvatarProps {
  /** What its colour follows from: an id, so that it stays when the name changes. */
  readonly id: string
  /** Its first letters are shown. */
  readonly name: string
  readonly shape?: 'round' | 'square'
  readonly size?: 'normal' | 'small'
}

/** Stands for a member (round) or a circle or room (square). The name stands beside it: hidden from screen readers. */
export function Avatar({ id, name, shape = 'round', size = 'normal' }: AvatarProps) {
  const style = { '--avatar-hue': hueOf(id) } as CSSProperties
  return (
    <span className="avatar" data-shape={shape} data-size={size} style={style} aria-hidden>
      {initialsOf(name)}
    </span>
  )
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/u).filter((word) => word !== '')
  const letters = words.slice(0, 2).map(firstLetter)
  return letters.join('').toLocaleUpperCase()
}

/** As a person counts letters: an emoji of several code points is one. */
function firstLetter(word: string): string {
  for (const { segment } of LETTERS.segment(word)) return segment
  return ''
}

const LETTERS = new Intl.Segmenter()

/** Degrees, the same for the same id. */
function hueOf(id: string): number {
  let hash = 0
  for (const letter of id.slice(0, 8)) hash = (hash * 31 + letter.charCodeAt(0)) % 360
  return hash
}
