/** HOME/api.json: how a running device tells the user's own programs where it is (spec §13.1). */
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CallerFault } from '@triode/core'
import { z } from 'zod'

const apiFileSchema = z.object({ url: z.url(), token: z.string().min(1), pid: z.number().int().min(1) })
export type ApiFile = z.output<typeof apiFileSchema>

/**
 * Readable by its owner only, replaced as a whole. Makes the home folder when there is none.
 * @throws CallerFault 'home-unusable'
 */
export async function writeApiFile(home: string, content: ApiFile): Promise<void> {
  try {
    await makeFolder(home)
    const temporary = join(home, `api.json.${content.pid}`)
    await rm(temporary, { force: true })
    await writeFile(temporary, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' })
    await rename(temporary, pathIn(home))
  } catch (cause) {
    throw unusable(cause)
  }
}

/** With those above it, one by one: Node's `recursive` never comes back where a file system makes no folders. */
async function makeFolder(dir: string): Promise<void> {
  if (await isFolder(dir)) return
  if (dirname(dir) !== dir) await makeFolder(dirname(dir))
  await mkdir(dir, { mode: 0o700 })
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

const DISK_CODES = new Set(['ENOSPC', 'EDQUOT', 'EIO'])

function unusable(cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException
  if (DISK_CODES.has(code ?? '')) return cause
  return new CallerFault('home-unusable', {
    message: 'The home folder cannot be made or written to',
    remedy: 'Choose another with --home, or look at its permissions',
    cause,
  })
}

/** @returns undefined when there is none, it can't be read, or the process it names has ended */
export async function readApiFile(home: string): Promise<ApiFile | undefined> {
  try {
    const parsed = apiFileSchema.safeParse(JSON.parse(await readFile(pathIn(home), 'utf8')))
    return parsed.success && isAlive(parsed.data.pid) ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** Removes the file unless another device has written its own since. */
export async function removeApiFile(home: string, pid: number): Promise<void> {
  const found = await readApiFile(home)
  if (found?.pid === pid) await rm(pathIn(home), { force: true })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function pathIn(home: string): string {
  return join(home, 'api.json')
}
