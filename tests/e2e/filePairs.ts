/** Two devices that send each other files: what is on their disks, what goes over the wire, and when it is whole. */
import { spawnSync } from 'node:child_process'
import { createHash, randomFillSync } from 'node:crypto'
import { createReadStream, readdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { File } from '@triode/api'
import { eventually, type DeviceProcess } from './circleOfTwo.ts'

const PIECE_BYTES = 4 * 1_048_576

/** Writes a file of random bytes, and lets other things go on meanwhile. @returns its path */
export async function randomFile(path: string, bytes: number): Promise<string> {
  const piece = Buffer.alloc(Math.min(bytes, PIECE_BYTES))
  const file = await open(path, 'wx')
  for (let left = bytes; left > 0; left -= piece.length)
    await file.write(randomFillSync(piece), 0, Math.min(left, piece.length))
  await file.close()
  return path
}

export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer)
  return hash.digest('hex')
}

/** Waits until `device` knows of a file of this name. */
export function offered(device: DeviceProcess, name: string): Promise<File> {
  return eventually(`${device.name} to hear of ${name}`, async () => {
    return (await device.client.files()).files.find((file) => file.name === name)
  })
}

/** Waits until `fits` is true of a file. */
export function fileIs(
  device: DeviceProcess,
  id: string,
  what: string,
  fits: (file: File) => boolean,
  timeoutMs?: number,
): Promise<File> {
  return eventually(
    `the file to be ${what}`,
    async () => {
      const file = await device.client.file({ id })
      return fits(file) ? file : undefined
    },
    timeoutMs,
  )
}

export function isSaved({ state, savedTo, savingTo }: File): boolean {
  return state === 'complete' && savedTo !== undefined && savingTo === undefined
}

/** All files and links below a folder, by their paths there. */
export function below(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
}

/** Why bytes on the wire can't be counted here, said loudly; or false. */
export function lacksSocketStatistics(): string | false {
  if (spawnSync('ss', ['-tin'], { stdio: 'ignore' }).status === 0) return false
  process.stderr.write('\n*** NOT TESTED: bytes sent again, as there is no program ss (Debian: iproute2)\n\n')
  return 'there is no ss'
}

/**
 * Bytes that a process has handed to the kernel for its TCP sockets that are not the local API's: acknowledged or still under way.
 * @param apiPort the API's, whose answers don't count
 */
export function bytesSent(pid: number, apiPort: number): number {
  const { stdout } = spawnSync('ss', ['-tinpO', 'state', 'established'], { encoding: 'utf8' })
  return stdout
    .split('\n')
    .filter((line) => line.includes(`pid=${String(pid)},`) && !line.includes(`:${String(apiPort)} `))
    .map((line) => {
      const queued = Number(/^\s*\d+\s+(\d+)\s/.exec(line)?.[1] ?? 0)
      return queued + Number(/bytes_acked:(\d+)/.exec(line)?.[1] ?? 0)
    })
    .reduce((sum, bytes) => sum + bytes, 0)
}
