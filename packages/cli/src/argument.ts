/** Reading what was typed. */
import { resolve } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { ApiFault } from '@triode/api'
import type { Context } from './command.ts'

/** An argument that commander made sure of. */
export function argument({ args }: Pick<Context, 'args'>, index: number): string {
  const value = args[index]
  if (value === undefined) throw usage('An argument is missing')
  return value
}

/** An argument, or all of stdin where it is `-`: what is secret or long need not stand in a process list. */
export async function argumentOrStdin(context: Context, index: number): Promise<string> {
  const value = argument(context, index)
  return value === '-' ? allOfStdin(context) : value
}

export async function allOfStdin({ terminal }: Pick<Context, 'terminal'>): Promise<string> {
  return (await readAll(terminal.stdin)).trimEnd()
}

/**
 * A path as it was typed, absolute. Nothing is no path: where a variable of a script is empty it would name the folder that one is in, and
 * all of that be sent. @throws ApiFault 'usage'
 */
export function typedPath(path: string): string {
  if (path === '') throw usage('A path is empty', 'Name a file or a folder; . is the one that you are in')
  return resolve(path)
}

/** A whole number above 0. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw usage(`'${text}' is not a whole number above 0`)
  return Number(text)
}

/** An object without the keys whose value is undefined. */
export function given<T extends Record<string, unknown>>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>
}

type Given<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>
}

/** Without a remedy, `run` points to the help of the command. */
export function usage(message: string, remedy?: string): ApiFault {
  const fault = { status: 400, code: 'usage', message }
  return new ApiFault(remedy === undefined ? fault : { ...fault, remedy })
}
