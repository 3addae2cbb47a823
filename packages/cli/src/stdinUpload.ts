/** What comes over stdin, on its way into a message: it has no path, so it is handed over. */
import { Readable } from 'node:stream'
import { typedPath, usage } from './argument.ts'
import type { Context } from './command.ts'
import type { Progress } from './print/progress.ts'

/** How stdin is named among paths, and what it is called unless somebody says otherwise. */
const STDIN = '-'
const DEFAULT_NAME = 'stdin'
/** At most so often it is told how much was read. */
const TOLD_EVERY_MS = 250

export interface StdinUpload {
  /** What was typed of paths, absolute. */
  readonly paths: readonly string[]
  readonly upload: string | undefined
}

/** @param where the conversation @param signal cuts it short @throws ApiFault */
export async function takeStdin(
  { args: [, ...typed], client, options, terminal }: Context,
  where: string,
  signal: AbortSignal,
  progress: Progress,
): Promise<StdinUpload> {
  const paths = typed.filter((path) => path !== STDIN).map(typedPath)
  const named = options.value('name')
  if (paths.length === typed.length) {
    if (named === undefined) return { paths, upload: undefined }
    throw usage(
      '--name says how stdin is called, which is not sent',
      `Name ${STDIN} as a path, or leave it out`,
    )
  }
  if (typed.length - paths.length > 1) throw usage(`'${STDIN}' stands there twice`, 'Name it once')
  const { stdin } = terminal
  const name = named ?? DEFAULT_NAME
  const keepMetadata = options.flag('keepMetadata') ? { keepMetadata: true } : {}
  const content = Readable.toWeb(stdin) as ReadableStream<Uint8Array>
  try {
    const { upload } = await client.uploadFile(
      // Whoever writes into it takes the time that it takes.
      { where, name, waits: true, ...keepMetadata },
      content.pipeThrough(counting((bytes, rate) => progress.tellRead(name, bytes, rate))),
      { signal },
    )
    return { paths, upload }
  } finally {
    // Whoever writes into it is not to be waited for any more.
    stdin.destroy()
  }
}

/** Passes on what comes. @param told gets how much that was, and how fast */
function counting(told: (bytes: number, rate: number) => void): TransformStream<Uint8Array, Uint8Array> {
  const startedAt = performance.now()
  let toldAt = -Infinity
  let bytes = 0
  return new TransformStream({
    transform(piece, controller) {
      bytes += piece.length
      const now = performance.now()
      if (now - toldAt >= TOLD_EVERY_MS) {
        toldAt = now
        told(bytes, bytes / Math.max(0.001, (now - startedAt) / 1_000))
      }
      controller.enqueue(piece)
    },
  })
}
