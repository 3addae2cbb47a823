/** The bytes of a file to stdout, as they come: a player shows a film that is not wholly here. */
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { ApiFault, type File } from '@triode/api'
import { Declined } from '@triode/api/local'
import { given, usage } from './argument.ts'
import type { Context } from './command.ts'

/** How stdout is named among paths. */
export const STDOUT = '-'
/** Between two attempts: a reader that waited for long is cut, and goes on where it was. */
const AGAIN_MS = 200

/** Resolves once all of it was written, or nobody reads on. @throws ApiFault; Declined at Ctrl-C */
export async function writeOut(context: Context, { id, message, kind, size }: File): Promise<void> {
  const { client, options, stdout } = context
  if (options.flag('json')) throw usage('The bytes of a file are no JSON', 'Leave out --json, or name a PATH')
  if (kind === 'folder')
    throw usage('A folder can\u2019t be written to stdout', 'Name a folder to save it in')
  const over = new AbortController()
  stdout.once('error', () => over.abort())
  const signal = AbortSignal.any([context.interrupted(), over.signal])
  for (let from = 0; from < size;) {
    try {
      const { body } = await client.fileContent(id, given({ message, from, signal }))
      const pieces: AsyncIterable<Uint8Array> | [] = body ?? []
      for await (const piece of pieces) {
        from += piece.length
        if (!stdout.write(piece)) await once(stdout, 'drain', { signal })
      }
    } catch (error) {
      if (over.signal.aborted) return
      if (signal.aborted) throw new Declined()
      if (error instanceof ApiFault) throw error
      // Gone, or cut for having waited: then it is asked for anew.
      await client.file(given({ id, message }))
      await delay(AGAIN_MS)
    }
  }
}
