/** How far something is: a bar on a terminal's stderr, a line of JSON each under --json, and otherwise nothing. */
import type { File } from '@triode/api'
import { cleanLine } from '@triode/api/local'
import type { Context } from '../command.ts'
import { given } from '../argument.ts'
import { paceText, stateText } from './file.ts'
import { columnsOf } from './table.ts'

const BAR_COLUMNS = 24
/** Of terminals that don't say. */
const DEFAULT_COLUMNS = 80
/** Back to the beginning of the line; and what is left of it goes. */
const [TO_START, CLEAR_REST] = ['\r', '\u001b[K']

export interface Progress {
  /** How much of it is here, or was read. */
  tell(file: File): void
  /** How many have all of it. */
  tellDelivery(file: File): void
  /** Takes the bar away: what is printed next begins on a line of its own. */
  end(): void
}

export function progressOf({ terminal: { stderr }, options, show }: Context): Progress {
  if (options.flag('json')) {
    return {
      tell: (file) => show(document(file), () => ''),
      tellDelivery: ({ id, name, delivered }) => {
        show({ event: 'delivery', id, name, delivered }, () => '')
      },
      end: () => undefined,
    }
  }
  const isShown = stderr.isTTY === true
  let isThere = false
  const draw = (bar: Bar) => {
    isThere = isShown
    if (isShown) stderr.write(`${TO_START}${barLine(bar, stderr.columns ?? DEFAULT_COLUMNS)}${CLEAR_REST}`)
  }
  return {
    tell: (file) => draw(barOf(file)),
    tellDelivery: ({ name, delivered: { count, of } }) => {
      draw({ name, done: of === 0 ? 1 : count / of, words: `at ${count} of ${of}` })
    },
    end() {
      if (isThere) stderr.write(`${TO_START}${CLEAR_REST}`)
      isThere = false
    },
  }
}

function document({ id, name, state, have, size, rate, secondsLeft }: File) {
  return given({ event: 'progress', id, name, state, have, size, rate, secondsLeft })
}

export interface Bar {
  readonly name: string
  /** 0 to 1. */
  readonly done: number
  readonly words: string
}

export function barOf(file: File): Bar {
  const { name, have, size } = file
  const words = [stateText(file), paceText(file)].filter((text) => text !== '').join(', ')
  return { name, done: size === 0 ? 0 : have / size, words }
}

/** `cake.jpg  [######..................]  being prepared, 25 %, 4.2 MB/s, 12 s left`, never wider than the terminal. */
export function barLine({ name, done, words }: Bar, columns: number): string {
  const filled = Math.floor(BAR_COLUMNS * done)
  const full = `[${'#'.repeat(filled)}${'.'.repeat(BAR_COLUMNS - filled)}]  ${words}`
  // One column stays free, else some terminals begin a new line.
  const room = Math.max(0, columns - 1)
  const head = cut(cleanLine(name), room - columnsOf(full) - 2)
  return head === '' ? cut(full, room) : `${head}  ${full}`
}

const graphemes = new Intl.Segmenter()

/** As much of a text as fits, with … where something is missing; empty where next to nothing would be left. */
function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text
  if (columns < 4) return ''
  let kept = ''
  for (const { segment } of graphemes.segment(text)) {
    if (columnsOf(kept + segment) > columns - 1) break
    kept += segment
  }
  return `${kept}…`
}
