/** Asking a person at a terminal. Questions go to stderr, since stdout belongs to programs. */
import type { Readable, Writable } from 'node:stream'

/** What a face has for eyes and ears; handed in, so that tests can play the person. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?: (raw: boolean) => unknown }
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number }
}

export type Echo = 'echo' | 'hidden'

/** The person pressed Ctrl-C or Ctrl-D, or the terminal went away. */
export class Declined extends Error {}

export function canAsk({ stdin, stderr }: Terminal): boolean {
  return stdin.isTTY === true && stderr.isTTY === true
}

/** @returns one line, without its end @throws Declined */
export async function ask(terminal: Terminal, question: string, echo: Echo): Promise<string> {
  const { stdin, stderr } = terminal
  // First: whoever answers faster than we get raw would see it on the screen.
  stdin.setRawMode?.(true)
  try {
    stderr.write(question)
    return await typedLine(terminal, echo)
  } finally {
    stdin.setRawMode?.(false)
    stderr.write('\n')
  }
}

const DECLINES = ['\u0003', '\u0004'] // Ctrl-C, Ctrl-D
const ENDS = ['\r', '\n']
const ERASES = ['\u0008', '\u007f'] // Backspace, as one terminal and another send it
const KILLS = '\u0015' // Ctrl-U
const ESCAPE = '\u001b'

/** The terminal is raw, so that nothing shows: line editing is ours, as far as a passphrase needs it. */
async function typedLine(terminal: Terminal, echo: Echo): Promise<string> {
  const show = (text: string) => echo === 'echo' && terminal.stderr.write(text)
  const decoder = new TextDecoder()
  let line: readonly string[] = []
  for (;;) {
    const keys = Array.from(
      takeAhead(terminal.stdin) || decoder.decode(await nextChunk(terminal.stdin), { stream: true }),
    )
    // Arrow and function keys: nothing that a line could hold.
    if (keys[0] === ESCAPE) continue
    for (const [at, key] of keys.entries()) {
      if (DECLINES.includes(key)) throw new Declined()
      if (ENDS.includes(key)) {
        typedAhead.set(terminal.stdin, keys.slice(at + 1).join(''))
        return line.join('')
      }
      const before = line.length
      line = edited(line, key)
      show(line.length > before ? key : '\b \b'.repeat(before - line.length))
    }
  }
}

function edited(line: readonly string[], key: string): readonly string[] {
  if (key === KILLS) return []
  return ERASES.includes(key) ? line.slice(0, -1) : [...line, key]
}

/** What was typed after the end of a line, until the next question. */
const typedAhead = new WeakMap<Terminal['stdin'], string>()

function takeAhead(stdin: Terminal['stdin']): string {
  const text = typedAhead.get(stdin) ?? ''
  typedAhead.delete(stdin)
  return text
}

/** @throws Declined when there is nothing more */
function nextChunk(stdin: Terminal['stdin']): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const settle = (chunk?: Uint8Array | string) => {
      // At once: whatever flowed on until the promise is looked at would be lost.
      stdin.pause().off('data', settle).off('end', settle).off('close', settle)
      if (chunk === undefined) reject(new Declined())
      else resolve(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    }
    if (stdin.readableEnded || stdin.destroyed) settle()
    else stdin.on('data', settle).on('end', settle).on('close', settle).resume()
  })
}
