/**
 * What a broken part of the page tells of itself, for whoever is asked for help. An error's message may quote anything, a
 * conversation included, and an address names one: so of both only what stands in the page's own scripts is told.
 */
import { routeOf } from './route.ts'

export interface Surroundings {
  /** Of the address, `/c/ID`. */
  readonly path: string
  readonly userAgent: string
  readonly language: string
}

/** Where in a script: its name holds a hash of its content, so the version is told with it. */
const PLACE = /\/assets\/[\w.-]+\.js:\d+:\d+/gu
/** As deep as helps. */
const MAX_PLACES = 12
const MAX_CAUSES = 3
/** Names of errors, which code may set to anything. */
const NAME = /^[A-Za-z]{1,40}$/u

/** @returns lines of English, without the error's message, ids, names or what was written */
export function reportOf(error: unknown, { path, userAgent, language }: Surroundings): string {
  return [
    ...causesOf(error).flatMap((one, depth) => linesOf(one, depth)),
    `screen: ${routeOf(path).screen}`,
    `language: ${language}`,
    `browser: ${userAgent}`,
  ].join('\n')
}

function causesOf(error: unknown): readonly unknown[] {
  const causes = [error]
  for (let last = error; last instanceof Error && causes.length < MAX_CAUSES; last = last.cause)
    if (last.cause !== undefined) causes.push(last.cause)
  return causes
}

function linesOf(error: unknown, depth: number): readonly string[] {
  const name = error instanceof Error && NAME.test(error.name) ? error.name : 'unknown'
  const places = error instanceof Error ? [...(error.stack ?? '').matchAll(PLACE)] : []
  return [
    `${depth === 0 ? 'error' : 'cause'}: ${name}`,
    ...places.slice(0, MAX_PLACES).map(([place]) => `  at ${place}`),
  ]
}
