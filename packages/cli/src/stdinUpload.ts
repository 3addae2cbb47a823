/** What comes over stdin, on its way into a message: it has no path, so it is handed over. */
import { Readable } from 'node:stream'
import { usage } from './argument.ts'
import type { Context } from './command.ts'

/** How stdin is named among paths, and what it is called unless somebody says otherwise. */
const STDIN = '-'
const DEFAULT_NAME = 'stdin'

export interface StdinUpload {
  /** What was typed of paths. */
  readonly paths: readonly string[]
  readonly upload: string | undefined
}

/** @param where the conversation @param signal cuts it short @throws ApiFault */
export async function takeStdin(
  { args: [, ...typed], client, options, terminal }: Context,
  where: string,
  signal: AbortSignal,
): Promise<StdinUpload> {
  const paths = typed.filter((path) => path !== STDIN)
  if (paths.length === typed.length) return { paths, upload: undefined }
  if (typed.length - paths.length > 1) throw usage(`'${STDIN}' stands there twice`, 'Name it once')
  const { stdin } = terminal
  const name = options.value('name') ?? DEFAULT_NAME
  const keepMetadata = options.flag('keepMetadata') ? { keepMetadata: true } : {}
  try {
    const { upload } = await client.uploadFile(
      { where, name, ...keepMetadata },
      Readable.toWeb(stdin) as ReadableStream<Uint8Array>,
      { signal },
    )
    return { paths, upload }
  } finally {
    // Whoever writes into it is not to be waited for any more.
    stdin.destroy()
  }
}
