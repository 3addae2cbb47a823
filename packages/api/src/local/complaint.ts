/** How a program of Triode ends when something goes wrong: a sentence on stderr and an exit code (spec §13.6). */
import type { Writable } from 'node:stream'
import { ApiFault } from '../client/fault.ts'
import type { FaultBody } from '../schema/fault.ts'
import { faultAnswer, type FaultAnswer } from './faultAnswer.ts'
import { asCalled } from './calledAs.ts'
import { cleanJson, cleanLine } from './clean.ts'
import { Declined } from './terminal.ts'

export const EXIT = {
  done: 0,
  /** The device itself failed: damage, or a defect of ours. */
  failed: 1,
  wrongUse: 2,
  refused: 3,
  /** The device, a peer or a resource is not there now: try later. */
  unreachable: 4,
  /** As shells report it. */
  interrupted: 130,
} as const
export type Exit = (typeof EXIT)[keyof typeof EXIT]

/**
 * Says on `stderr` what went wrong.
 * @param command how the program was called, for people; programs are given remedies as they are
 * @returns the exit code that goes with it
 */
export function complain(error: unknown, stderr: Writable, json: boolean, command = 'triode'): Exit {
  if (error instanceof Declined) return EXIT.interrupted
  const { status, body } = answerOf(error)
  stderr.write(json ? `${cleanJson(body)}\n` : sentence(body, command))
  return exitOf(status, body.error.code)
}

function answerOf(error: unknown): FaultAnswer {
  if (!(error instanceof ApiFault)) return faultAnswer(error)
  const { status, code, message, remedy, details } = error
  const more = { ...(remedy !== undefined && { remedy }), ...(details !== undefined && { details }) }
  return { status, body: { error: { code, message, ...more } } }
}

function sentence({ error: { message, remedy } }: FaultBody, command: string): string {
  const sentences = [message, remedy && asCalled(remedy, command)]
    .filter((text) => text !== undefined)
    .map(fullStop)
  // A message may quote what others named, as the candidates of an ambiguous name do.
  return `triode: ${cleanLine(sentences.join(' '))}\n`
}

function fullStop(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`
}

/** Statuses at which the command could never have worked as it was given. */
const WRONG_USE = [400, 404, 405, 413, 415, 416]

function exitOf(status: number, code: string): Exit {
  if (WRONG_USE.includes(status) || code === 'ambiguous') return EXIT.wrongUse
  if (status === 0 || status === 503) return EXIT.unreachable
  return status === 500 ? EXIT.failed : EXIT.refused
}
