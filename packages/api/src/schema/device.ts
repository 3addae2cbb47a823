/** The device: its state, its channels, its vault. */
import { fromBase32, MAX_NICKNAME_LENGTH } from '@triode/core'
import { z } from 'zod'
import { wordDetails } from './fault.ts'
import { count, durationMs, timestamp } from './reference.ts'

/** Longer ones are mistakes; Argon2id would take them. */
const MAX_PASSPHRASE_CHARS = 1024
/** Three bytes of UTF-8 each, in base32. */
const MAX_PASSPHRASE_LETTERS = Math.ceil((MAX_PASSPHRASE_CHARS * 3 * 8) / 5)
/** Says the passphrase of a backup that is uploaded. */
export const PASSPHRASE_HEADER = 'triode-passphrase'
const MAX_CODE_CHARS = 128
/** PATH_MAX of Linux. */
const MAX_PATH_CHARS = 4096

export const passphrase = z.string().min(1).max(MAX_PASSPHRASE_CHARS).meta({ format: 'password' })
const nickname = z.string().min(1).max(MAX_NICKNAME_LENGTH)
const file = z.string().min(1).max(MAX_PATH_CHARS).describe('An absolute path on the machine of the device')

/** `IPV4:PORT`. What is none the channel says better than a length. */
const dhtNode = z.string().min(1).max(64)
const dhtSettingsSchema = z.strictObject({
  nodes: z.array(dhtNode).max(32).describe('Where to begin, IPV4:PORT each'),
  publicNodes: z.boolean().describe('Begin at the nodes that anybody uses, too'),
  serve: dhtNode.exactOptional().describe('The public IPV4:PORT of this device, at which others may begin'),
})

const tcpSettingsSchema = z.strictObject({
  mapPort: z.boolean().describe('Have the router let calls in, by PCP, NAT-PMP or UPnP'),
})

const portSchema = z.object({
  family: z.enum(['IPv4', 'IPv6']),
  state: z
    .enum(['asking', 'open', 'needless', 'failed'])
    .describe('needless: this machine has a public address'),
  by: z.string().exactOptional().describe('How the router was asked that opened it'),
  address: z.string().exactOptional().describe('Where others come in'),
  code: z.string().exactOptional().describe('Why it failed: a word for programs (spec §8.9)'),
  reason: z.string().exactOptional(),
  remedy: z.string().exactOptional(),
})

export const channelSchema = z.object({
  name: z.string(),
  state: z.enum(['off', 'starting', 'on', 'failed']),
  code: z.string().exactOptional().describe('Why it does not work wholly: a word for programs (spec §8.9)'),
  values: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .exactOptional()
    .describe('What the sentences name'),
  reason: z.string().exactOptional(),
  remedy: z.string().exactOptional(),
  addresses: z.array(z.string()),
  reveals: z.string().describe('What its use shows to whom'),
  costly: z.boolean().describe('What goes over it may cost money'),
  dht: dhtSettingsSchema.exactOptional().describe('Of the channel dht: how it enters the DHT'),
  tcp: z
    .object({
      mapPort: z.boolean(),
      reveals: z.string().describe('What it shows to have the router let calls in'),
      ports: z.array(portSchema),
    })
    .exactOptional()
    .describe('Of the channel tcp: whether the router is asked to let calls in, and what became of it'),
})
export type Channel = z.output<typeof channelSchema>

export const setChannelSchema = z.strictObject({
  name: z.string().min(1).max(32),
  on: z.boolean(),
  told: z
    .boolean()
    .exactOptional()
    .describe('The person was told what the channel shows: needed to turn on dht or tor, and for mapPort'),
  dht: dhtSettingsSchema.exactOptional(),
  tcp: tcpSettingsSchema.exactOptional(),
})

export const statusSchema = z.object({
  state: z.enum(['new', 'locked', 'unlocked']),
  version: z.string(),
  home: z.string(),
  name: z.string().exactOptional(),
  circles: count,
  tunnels: count,
  channels: z.array(channelSchema),
  offline: z.literal(true).exactOptional().describe('The machine has no address in any network now'),
  unreached: z
    .object({
      hosts: count.describe('With public addresses; none answered'),
      refused: count.describe('Of these, such where the call was refused, by the host or on the way'),
    })
    .exactOptional()
    .describe('While nobody far away is reached: who was called in the last minutes'),
  vault: z
    .object({
      kdf: z.enum(['argon2id', 'pbkdf2']),
      restored: z.boolean(),
      readOnly: z.boolean(),
      idleLockMs: durationMs.nullable().exactOptional(),
      lockedBy: z
        .enum(['asked', 'idle', 'failed'])
        .exactOptional()
        .describe('Why it is locked, if this device had it unlocked before'),
    })
    .exactOptional(),
  warnings: z
    .array(
      z.object({
        code: z.string(),
        message: z.string(),
        remedy: z.string().exactOptional(),
        details: wordDetails,
      }),
    )
    .exactOptional()
    .describe('What went wrong in the last minutes that a person has to act on'),
})
export type Status = z.output<typeof statusSchema>

export const initSchema = z.strictObject({
  passphrase,
  name: nickname.exactOptional(),
  kdf: z.enum(['argon2id', 'pbkdf2']).exactOptional(),
})
export const nameSchema = z.strictObject({ name: nickname.nullable() })
export const unlockSchema = z.strictObject({ passphrase })
export const idleLockSchema = z.strictObject({ afterMs: durationMs.nullable() })
export const changePassphraseSchema = z.strictObject({ current: passphrase, next: passphrase })
export const backupSchema = z.strictObject({ file, passphrase: passphrase.exactOptional() })
export const backedUpSchema = z.object({ file: z.string(), bytes: count })
export const offerBackupSchema = z.strictObject({ passphrase: passphrase.exactOptional() })
export const offeredBackupSchema = z.object({
  path: z.string().describe('GET it here, once; what it holds is of the moment of the offer'),
  expires: timestamp,
})
export const backupContentSchema = z.strictObject({ code: z.string().max(MAX_CODE_CHARS) })
/** The headers of an upload of a backup: the passphrase in UTF-8, in base32, since headers hold ASCII alone. */
export const restoreHeadersSchema = z.object({
  [PASSPHRASE_HEADER]: z
    .string()
    .max(MAX_PASSPHRASE_LETTERS)
    .transform((value, context) => {
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(fromBase32(value))
      } catch {
        context.addIssue({ code: 'custom', message: 'is not UTF-8 in base32' })
        return z.NEVER
      }
    })
    .pipe(passphrase),
})
export const restoreSchema = z.strictObject({ file, passphrase })
export const wipeSchema = z.strictObject({ confirm: z.literal(true) })
