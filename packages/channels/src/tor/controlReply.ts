/** What tor says on its control connection (Tor control-spec §2.3), taken apart within bounds. */
import { Unavailable } from '@triode/core'
import { MAX_CONTROL_LINE_BYTES, MAX_CONTROL_LINES } from './tuning.ts'

export interface ControlReply {
  /** 250 is fine, 650 an event that nobody asked for, else what is wrong. */
  readonly code: number
  /** Without code and divider; the lines of a data reply among them. */
  readonly lines: readonly string[]
}

const LINE = /^([2-6]\d\d)([-+ ])(.*)$/s

export class ControlReader {
  private rest = ''
  private code = 0
  private lines: string[] = []
  private inData = false

  /** The replies that `chunk` completes. @throws Unavailable 'tor-broken' */
  push(chunk: Uint8Array): ControlReply[] {
    this.rest += Buffer.from(chunk).toString('latin1')
    const whole = this.rest.split('\r\n')
    this.rest = whole.pop() ?? ''
    if (this.rest.length > MAX_CONTROL_LINE_BYTES) throw broken()
    return whole.flatMap((line) => this.take(line) ?? [])
  }

  private take(line: string): ControlReply | undefined {
    if (line.length > MAX_CONTROL_LINE_BYTES || this.lines.length >= MAX_CONTROL_LINES) throw broken()
    if (this.inData) {
      if (line === '.') this.inData = false
      else this.lines.push(line)
      return undefined
    }
    const [, digits, divider, text = ''] = LINE.exec(line) ?? []
    const code = Number(digits)
    if (divider === undefined || (this.code !== 0 && code !== this.code)) throw broken()
    this.code = code
    this.lines.push(text)
    this.inData = divider === '+'
    if (divider !== ' ') return undefined
    const reply = { code, lines: this.lines }
    this.code = 0
    this.lines = []
    return reply
  }
}

export function broken(cause?: unknown): Unavailable {
  return new Unavailable('tor-broken', {
    message: 'The program tor said something that is not understood.',
    remedy: 'Check that it is the one of your system, version 0.4.7 or later.',
    cause,
  })
}
