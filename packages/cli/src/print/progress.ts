/** How far something is: a bar on a terminal's stderr, a line of JSON each under --json, and otherwise nothing. */
import type { File } from '@triode/api'
import { cleanLine } from '@triode/api/local'
import type { Context } from '../command.ts'
import { given } from '../argument.ts'
import { paceText, stateText } from './file.ts'
import { sizeText } from './size.ts'
import { columnsOf } from './table.ts'

const BAR_COLUMNS = 24
/** Of terminals that don't say, or say 0, as those of containers and serial lines do. */
const DEFAULT_COLUMNS = 80
/** Back to the beginning of the line; and what is left of it goes. */
const [TO_START, CLEAR_REST] = ['\r', '\u001b[K']

export interface Progress {
  /** How much of it is here, or was read. */
  tell(file: File): void
  /** How much was read of what does not say how long it is. @param rate bytes a second */
  tellRead(name: string, bytes: number, rate: number): void
  /** How many have all of it. */
  tellDelivery(file: File): void
  /** Takes the bar away: what is printed next begins on a line of its own. */
  end(): void
}

export function progressOf(context: Context): Progress {
  const { options, show } = context
  if (options.flag('json')) {
    return {
      tell: (file) => show(document(file), () => ''),
      tellRead: (name, have, rate) => show({ event: 'read', name, have, rate }, () => ''),
      tellDelivery: ({ id, name, delivered }) => {
        show({ event: 'delivery', id, name, delivered }, () => '')
      },
      end: () => undefined,
    }
  }
  const { draw, drawWords, end } = drawing(context)
  return {
    tell: (file) => draw(barOf(file)),
    tellRead: (name, bytes, rate) => drawWords(name, `${sizeText(bytes)} read, ${sizeText(rate)}/s`),
    tellDelivery: ({ name, delivered: { count, of } }) => {
      draw({ name, done: of === 0 ? 1 : count / of, words: `at ${count} of ${of}` })
    },
    end,
  }
}

export interface CheckBar {
  /** Which file it is at, and how many bytes of all are done. */
  readonly tell: (progress: { readonly name: string; readonly done: number; readonly of: number }) => void
  readonly end: () => void
}

/** On a terminal only: the outcome is one document under --json. */
export function checkBarOf(context: Context): CheckBar {
  if (context.options.flag('json')) return { tell: () => undefined, end: () => undefined }
  const { draw, end } = drawing(context)
  const startedAt = performance.now()
  return {
    tell: ({ name, done, of }) => {
      const rate = done / Math.max(0.001, (performance.now() - startedAt) / 1_000)
      const pace = rate > 0 ? paceText({ rate, secondsLeft: (of - done) / rate }) : ''
      const share = of === 0 ? 0 : done / of
      const words = [`${Math.floor(100 * share)} % checked`, pace].filter((text) => text !== '')
      draw({ name, done: share, words: words.join(', ') })
    },
    end,
  }
}

/** One line of a terminal's stderr that is written over; without a terminal, nothing. */
function drawing({ terminal: { stderr } }: Pick<Context, 'terminal'>) {
  const isShown = stderr.isTTY === true
  let isThere = false
  const drawLine = (line: (columns: number) => string) => {
    isThere = isShown
    const { columns = 0 } = stderr
    const shown = line(columns > 0 ? columns : DEFAULT_COLUMNS)
    if (isShown) stderr.write(`${TO_START}${shown}${CLEAR_REST}`)
  }
  return {
    draw: (bar: Bar) => drawLine((columns) => barLine(bar, columns)),
    drawWords: (name: string, words: string) => drawLine((columns) => nameLine(name, words, columns)),
    end: () => {
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

/** `dump.sql  1.2 GB read, 45 MB/s`, never wider than the terminal. */
function nameLine(name: string, words: string, columns: number): string {
  // One column stays free, else some terminals begin a new line.
  const room = Math.max(0, columns - 1)
  const head = cut(cleanLine(name), room - columnsOf(words) - 2)
  return head === '' ? cut(words, room) : `${head}  ${words}`
}

/** `cake.jpg  [######..................]  being prepared, 25 %, 4.2 MB/s, 12 s left`, never wider than the terminal. */
export function barLine({ name, done, words }: Bar, columns: number): string {
  const filled = Math.floor(BAR_COLUMNS * done)
  const full = `[${'#'.repeat(filled)}${'.'.repeat(BAR_COLUMNS - filled)}]  ${words}`
  return nameLine(name, full, columns)
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
