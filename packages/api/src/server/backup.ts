/** A backup as bytes (spec §13.12): sealed as it goes, restored as it comes, and never held as a whole. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DeviceService, DeviceStatus } from '@triode/device'
import { backupContentSchema, PASSPHRASE_HEADER, restoreHeadersSchema } from '../schema/device.ts'
import type { BackupOffers } from './backupOffers.ts'
import { dispositionOf } from './disposition.ts'
import { bytesOf, type BodyOptions, withinTime } from './body.ts'
import { queryOf } from './input.ts'

export interface DownloadOptions {
  /** So long its reader may take nothing. */
  readonly idleMs: number
  /** Milliseconds since 1970. */
  readonly now: number
}

/** @throws CallerFault 'backup-gone' | 'locked' before the head was sent; ends the connection afterwards */
export async function answerBackup(
  offers: BackupOffers,
  request: IncomingMessage,
  response: ServerResponse,
  { idleMs, now }: DownloadOptions,
): Promise<void> {
  const { code } = backupContentSchema.parse(queryOf(request.url ?? ''))
  const { backup: taken, ended } = offers.take(code)
  using backup = taken
  const cut = () => response.destroy()
  ended?.addEventListener('abort', cut)
  response.once('close', () => ended?.removeEventListener('abort', cut))
  await backup.writeTo((bytes) => {
    if (!response.headersSent) response.writeHead(200, headersOf(now))
    return withinTime(written(response, bytes), idleMs)
  })
  response.end()
}

/** How long it will be nobody knows before. */
function headersOf(now: number): Record<string, string> {
  const day = new Date(now).toISOString().slice(0, 10)
  return {
    'content-type': 'application/octet-stream',
    'content-disposition': dispositionOf('attachment', `triode-${day}.backup`),
  }
}

function written(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}

/** @throws CallerFault 'bad-input' | 'body-cut' | 'body-is-form', or as restore(); the rest of the body is still to be read then */
export async function takeBackup(
  device: DeviceService,
  request: IncomingMessage,
  options: BodyOptions,
): Promise<DeviceStatus> {
  const { [PASSPHRASE_HEADER]: passphrase } = restoreHeadersSchema.parse(request.headers)
  await device.restore(bytesOf(request, options), passphrase)
  return await device.status()
}
