/** Handing over the bytes of a backup (spec §13.12). */
import { base32, utf8 } from '@triode/core'
import { PASSPHRASE_HEADER, statusSchema, type Status } from '../schema/device.ts'
import { RESTORE_CONTENT_PATH } from '../schema/routes.ts'
import { badAnswer, json, request, type Bytes, type Endpoint } from './request.ts'

/**
 * Makes the vault from them.
 * @param content is read as fast as it is restored
 * @param options whose signal cuts it short: there is no vault then
 * @throws ApiFault 'wrong-passphrase' | 'backup-unknown' | 'backup-damaged' | 'vault-exists' | 'disk-full'; what a stream fails with
 */
export async function restoreFrom(
  endpoint: Endpoint,
  content: Bytes,
  passphrase: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Status> {
  const response = await request(endpoint, {
    method: 'POST',
    path: RESTORE_CONTENT_PATH,
    headers: { [PASSPHRASE_HEADER]: base32(utf8(passphrase)) },
    body: content,
    signal,
  })
  const parsed = statusSchema.safeParse(await json(response, signal))
  if (!parsed.success) throw badAnswer(response.status, parsed.error)
  return parsed.data
}
