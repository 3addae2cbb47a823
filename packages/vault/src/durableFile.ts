/** Small files that survive a crash at any instruction: either the old content or the new. */
import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { diskFault } from './diskFault.ts'

/** Replaces `path` by `content`, durably; the old content is overwritten on the disk. @throws Unavailable 'disk-full' */
export function replaceFile(path: string, content: Uint8Array): void {
  const next = `${path}.new`
  const old = openIfThere(path)
  try {
    writeDurably(next, content)
    fs.renameSync(next, path)
    syncFolder(dirname(path))
    if (old !== undefined) blank(old)
  } catch (cause) {
    fs.rmSync(next, { force: true })
    throw diskFault(cause)
  } finally {
    if (old !== undefined) fs.closeSync(old)
  }
}

/** Overwrites the file in place with zeros, durably: what it said is gone even if it is not deleted after. */
export function blankFile(path: string): void {
  const fd = openIfThere(path)
  if (fd === undefined) return
  try {
    blank(fd)
  } finally {
    fs.closeSync(fd)
  }
}

/** Makes creations, renames and deletions inside `path` durable. */
export function syncFolder(path: string): void {
  const fd = fs.openSync(path, 'r')
  try {
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}

function writeDurably(path: string, content: Uint8Array): void {
  fs.rmSync(path, { force: true })
  const fd = fs.openSync(path, 'wx', 0o600)
  try {
    fs.writeFileSync(fd, content)
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}

function blank(fd: number): void {
  fs.writeSync(fd, new Uint8Array(fs.fstatSync(fd).size), 0, null, 0)
  fs.fsyncSync(fd)
}

function openIfThere(path: string): number | undefined {
  return fs.existsSync(path) ? fs.openSync(path, 'r+') : undefined
}
