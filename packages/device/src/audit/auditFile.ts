/** Exports of the audit log as files: written once, read line by line. */
import { createReadStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import {
  AUDIT_BATCH,
  AUDIT_LINE_MAX_LENGTH,
  AuditExportCheck,
  auditDamaged,
  CallerFault,
  Unavailable,
  type AuditExportVerified,
  type NotedHead,
  type Primitives,
} from '@triode/core'

/** Mode 0600, durable on return, or not there at all. @throws CallerFault 'file-exists' | 'file-refused'; Unavailable 'disk-full' */
export async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch((cause: unknown) => {
    throw fileFault(cause)
  })
  try {
    let batch: string[] = []
    for (const line of lines) {
      batch.push(`${line}\n`)
      if (batch.length < AUDIT_BATCH) continue
      await handle.write(batch.join(''))
      batch = []
    }
    await handle.write(batch.join(''))
    await handle.sync()
  } catch (cause) {
    await rm(file, { force: true })
    throw isErrno(cause) ? fileFault(cause) : cause
  } finally {
    await handle.close()
  }
}

/** @throws IntegrityFault 'audit-damaged'; CallerFault 'file-absent' */
export async function checkFile(
  file: string,
  primitives: Primitives,
  noted?: NotedHead,
): Promise<AuditExportVerified> {
  const check = new AuditExportCheck(primitives, noted)
  try {
    for await (const line of linesOf(file)) check.line(line)
  } catch (cause) {
    throw isErrno(cause) ? absent(cause) : cause
  }
  return check.end()
}

/** Bounded: a file without line ends is not taken into memory. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file, { encoding: 'utf8' })
  let held = ''
  for await (const chunk of stream as AsyncIterable<string>) {
    const lines = (held + chunk).split('\n')
    held = lines.pop() ?? ''
    yield* lines
    if (held.length > AUDIT_LINE_MAX_LENGTH) throw auditDamaged(0, 'line-malformed')
  }
  if (held !== '') yield held
}

function isErrno(cause: unknown): cause is NodeJS.ErrnoException {
  return cause instanceof Error && 'errno' in cause
}

function absent(cause: unknown): CallerFault {
  return new CallerFault('file-absent', {
    details: { of: 'unnamed' },
    message: 'That file can not be read.',
    remedy: 'Look at its name, and at who may read it.',
    cause,
  })
}

function fileFault(cause: unknown): CallerFault | Unavailable {
  const code = isErrno(cause) ? cause.code : undefined
  if (code === 'EEXIST') {
    return new CallerFault('file-exists', {
      details: { of: 'unnamed' },
      message: 'There is a file of that name already.',
      remedy: 'Choose another name.',
      cause,
    })
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Unavailable('disk-full', { message: 'The disk is full.', remedy: 'Make room on it.', cause })
  }
  return new CallerFault('file-refused', {
    details: { of: 'unnamed' },
    message: 'That file can not be written.',
    remedy: 'Choose another folder.',
    cause,
  })
}
