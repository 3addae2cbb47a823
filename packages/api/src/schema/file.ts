/** Files: sent, fetched, watched, kept (spec §13.8). */
import { MAX_ATTACHMENTS, MAX_FOLDER_ENTRIES, MAX_TEXT_BYTES } from '@triode/core'
import { z } from 'zod'
import { wordDetails } from './fault.ts'
import { limited, textOf } from './limit.ts'
import { count, id, messageRef, timestamp, where } from './reference.ts'
import { mentions, sendWarning, tally } from './message.ts'
import { fileSummary } from './fileSummary.ts'

/** PATH_MAX of Linux. */
const MAX_PATH_CHARS = 4096
/** More are sent as the folder they are in. */
export const MAX_SENT_PATHS = 4096
/** 64 names of 255 bytes, and what parts them (spec §15.4). */
const MAX_INNER_PATH_CHARS = 16_384
/** Bytes of the largest blob (spec §15.1): no limit of an owner needs to be higher. */
const MAX_BYTES = 2 ** 48
/** What a Date holds (spec §15.3). */
const MAX_MODIFIED_MS = 8_640_000_000_000_000
/** Longest name of a channel. */
const MAX_CHANNEL_CHARS = 32

const path = z.string().min(1).max(MAX_PATH_CHARS).describe('An absolute path on the machine of the device')
const fileRef = z.string().min(1).max(128).describe('The id of a file, or of its picture')
const bytes = z.number().int().min(0).max(MAX_BYTES)
const priority = z.enum(['low', 'normal', 'high'])

export const fileState = z.enum([
  'preparing',
  'offered',
  'fetching',
  'waiting',
  'held-back',
  'paused',
  'disk-full',
  'disk-refused',
  'complete',
])

export const notHeld = z.enum(['no-room', 'too-large', 'no-files', 'policy'])

const notStored = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  details: wordDetails,
})

export const fileSchema = fileSummary.extend({
  conversation: id,
  circle: id,
  message: id.exactOptional().describe('The one that calls it so; absent while it is being prepared'),
  from: id,
  fromName: z.string().exactOptional(),
  at: timestamp,
  state: fileState,
  have: count.describe('Bytes of it that are here; while preparing: that were read'),
  sending: z.string().exactOptional().describe('While preparing: as it was asked for'),
  rate: z.number().min(0).exactOptional().describe('Bytes a second'),
  secondsLeft: z.number().min(0).exactOptional(),
  sources: z.array(
    z.object({
      device: id,
      member: id,
      name: z.string().exactOptional(),
      channel: z.string(),
      rate: z.number().min(0),
      have: count,
      isSilent: z
        .boolean()
        .describe(
          'It was asked, and sent nothing or next to nothing for ten seconds: others are asked first, until it sends',
        ),
    }),
  ),
  priority,
  pinned: z.boolean(),
  paused: z.boolean().describe('Until it is resumed nothing of it is fetched, nor given to other devices'),
  savingTo: z.string().exactOptional(),
  savedTo: z.string().exactOptional(),
  linksLeftOut: z
    .object({ count, paths: z.array(z.string()) })
    .exactOptional()
    .describe('Links in a folder that was saved which the disk there can\u2019t hold; the rest is there'),
  notStored: notStored
    .exactOptional()
    .describe('While it is disk-refused: why the disk of the device takes nothing of it'),
  notSaved: notStored.exactOptional().describe('Why it could not be saved'),
  delivered: tally.describe('Of one\u2019s own: how many recipients have all of it'),
  held: z.boolean().describe('Of one\u2019s own: whether a keeper has all of it'),
  notHeld: notHeld
    .exactOptional()
    .describe(
      'Of one\u2019s own that somebody lacks: why no keeper takes it, where none does that was met, or is to',
    ),
})
export type File = z.output<typeof fileSchema>

const paths = limited(z.array(path).min(1), (given) => given.length <= MAX_SENT_PATHS, {
  code: 'too-many-files',
  message: `has more than ${MAX_SENT_PATHS} items: send the folder that they are in`,
  json: { maxItems: MAX_SENT_PATHS },
})

/** In a query, where everything is text. */
const flag = z.preprocess(
  (value: boolean | 'true' | 'false') => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean(),
)
const modifiedAt = z.coerce.number<number>().int().min(0).max(MAX_MODIFIED_MS)
const uploadRef = z.string().min(1).max(128).describe('What an upload was answered with')
const keepMetadata = z
  .boolean()
  .describe('Leaves in images and recordings what tells where, when and with what they were made')

/** In the query; what it is stands in Content-Type, its bytes are the body. */
export const uploadFileSchema = z.strictObject({
  where: where.describe('It can be sent in any conversation of this one\u2019s circle'),
  name: z.string().min(1).max(MAX_PATH_CHARS).describe('1 to 255 bytes of UTF-8, without a slash'),
  files: z.coerce
    .number<number>()
    .int()
    .min(0)
    .max(MAX_FOLDER_ENTRIES)
    .exactOptional()
    .describe('Of a folder: how many files are in it. The body is then its list and what they hold (§13.11)'),
  modifiedAt: modifiedAt.exactOptional().describe('When it was last written to'),
  keepMetadata: flag.exactOptional(),
  waits: flag
    .exactOptional()
    .describe(
      'Bytes may be long in coming, as of a program that still writes them: it is not given up for that',
    ),
})
export const uploadSchema = z.object({
  upload: z.string().describe('To be named when files are sent'),
  circle: id,
  name: z.string(),
  mediaType: z.string().describe('RFC 6838; empty where it is not known'),
  size: count.describe('Bytes that will be sent'),
  files: count.exactOptional().describe('Of a folder: how many are in it'),
  width: count.exactOptional(),
  height: count.exactOptional(),
  durationMs: count.exactOptional(),
  modifiedAt: timestamp.exactOptional(),
  preview: z.boolean().describe('Whether a picture of it goes with it'),
  stripped: z.boolean().describe('Where, when and with what it was made was taken out of it'),
  mayTell: z
    .boolean()
    .describe(
      'It is an image, a film or sound that may go on telling just that: not all of it can be taken out',
    ),
  expiresAt: timestamp.describe('Until then it waits to be sent; less if the device is locked'),
})
export type Upload = z.output<typeof uploadSchema>
export const uploadListSchema = z.object({ uploads: z.array(uploadSchema) })
export const dropUploadSchema = z.strictObject({ upload: uploadRef })

/** Whoever has a file can name it again, by another name. */
const asNamedIn = messageRef.describe('Of the messages that name it, the one that says how it is called')
const forwardedFile = z.strictObject({ id: fileRef, message: asNamedIn.exactOptional() })

export const sendFilesSchema = z.strictObject({
  where,
  paths: paths.exactOptional(),
  uploads: limited(z.array(uploadRef).min(1), (given) => given.length <= MAX_ATTACHMENTS, {
    code: 'too-many-files',
    message: `has more than ${MAX_ATTACHMENTS} items: a message has no more files`,
    json: { maxItems: MAX_ATTACHMENTS },
  })
    .exactOptional()
    .describe('They stand after the paths'),
  files: limited(z.array(forwardedFile).min(1), (given) => given.length <= MAX_ATTACHMENTS, {
    code: 'too-many-files',
    message: `has more than ${MAX_ATTACHMENTS} items: a message has no more files`,
    json: { maxItems: MAX_ATTACHMENTS },
  })
    .exactOptional()
    .describe('Files that messages name already, and that are wholly here; they come last'),
  sending: z
    .string()
    .min(1)
    .max(128)
    .exactOptional()
    .describe('Chosen by the caller: what is prepared carries it, and cancel takes it in the place of an id'),
  text: textOf(MAX_TEXT_BYTES).exactOptional(),
  replyTo: messageRef.exactOptional(),
  mentions: mentions.exactOptional(),
  keepMetadata: keepMetadata.exactOptional(),
})
export const sentFilesSchema = z.object({
  message: id,
  conversation: id,
  files: z.array(fileSchema),
  leftOut: z.array(
    z.object({
      path: z.string(),
      reason: z.enum([
        'symlink-outside',
        'not-a-file',
        'unreadable',
        'name-not-utf8',
        'name-too-long',
        'own-home',
      ]),
    }),
  ),
  stripped: z
    .array(z.string())
    .describe(
      'Images and recordings out of which was taken what told where, when and with what they were made: paths, and names of uploads',
    ),
  mayTell: z
    .array(z.string())
    .describe(
      'Images, films and sound that may go on telling just that: it can\u2019t be taken out of them, or not all of it',
    ),
  warning: sendWarning,
})
export type SentFiles = z.output<typeof sentFilesSchema>

export const filesSchema = z.strictObject({
  where: where.exactOptional(),
  active: flag
    .exactOptional()
    .describe(
      'Only what is preparing, fetching, waiting, disk-full, disk-refused, paused, or still to be saved',
    ),
})
export const fileListSchema = z.object({ files: z.array(fileSchema) })

export const ofFileSchema = z.strictObject({ id: fileRef })
export const namedFileSchema = z.strictObject({ id: fileRef, message: asNamedIn.exactOptional() })
export const perhapsOfFileSchema = z.strictObject({ id: fileRef.exactOptional() })
export const perhapsFileSchema = z.object({
  file: fileSchema.exactOptional().describe('Absent when nothing names it'),
})
export const getFileSchema = z.strictObject({
  id: fileRef,
  message: asNamedIn.exactOptional(),
  to: path
    .exactOptional()
    .describe('Where to save it: a file that is not there, or a folder. Else it stays in the vault'),
  overwrite: z.boolean().exactOptional(),
  priority: priority.exactOptional(),
})
export const pinFileSchema = z.strictObject({ id: fileRef, pinned: z.boolean() })

export const folderSchema = z.object({
  entries: z.array(
    z.object({
      path: z.string(),
      kind: z.enum(['file', 'folder', 'link']),
      size: count,
      modifiedAt: timestamp.exactOptional(),
    }),
  ),
})
export const contentSchema = z.strictObject({
  id: fileRef,
  message: asNamedIn.exactOptional(),
  path: z
    .string()
    .min(1)
    .max(MAX_INNER_PATH_CHARS)
    .exactOptional()
    .describe('Of a file in a folder, parted by /'),
  download: z.literal('1').exactOptional().describe('To be saved, whatever it is'),
  // The gate has looked at it.
  ticket: z.string().exactOptional().describe('Of a session, in place of the token'),
  pass: z.string().exactOptional().describe('For this id alone, in place of the ticket'),
})

export const fileCheckSchema = z.object({
  checked: count,
  damaged: z.array(z.object({ id, name: z.string(), chunks: count })),
  mended: z
    .array(z.object({ id, name: z.string() }))
    .describe('Of which it was not known any more what is here of them: found out by hashing'),
})
export type FileCheck = z.output<typeof fileCheckSchema>

const settings = {
  autoFetchBytes: bytes
    .nullable()
    .describe('Larger ones are fetched when asked for; null: none is too large'),
  autoFetchSlowBytes: bytes.nullable().describe('The same where only slow or costly channels lead'),
  quotaBytes: bytes
    .nullable()
    .describe('Beyond it what was used longest ago goes; null: as much as there is'),
  memberShareBytes: bytes
    .nullable()
    .describe(
      'What comes of one member by itself, until somebody looks at it; at most half of the quota; null: no limit',
    ),
  rateLimits: z
    .record(z.string().min(1).max(MAX_CHANNEL_CHARS), z.number().int().min(1).max(MAX_BYTES))
    .describe('Bytes a second by channel; one that is not named has no limit'),
}
export const fileSettingsSchema = z.object(settings)
export type FileSettings = z.output<typeof fileSettingsSchema>
export const setFileSettingsSchema = z.strictObject({
  autoFetchBytes: settings.autoFetchBytes.exactOptional(),
  autoFetchSlowBytes: settings.autoFetchSlowBytes.exactOptional(),
  quotaBytes: settings.quotaBytes.exactOptional(),
  memberShareBytes: settings.memberShareBytes.exactOptional(),
  rateLimits: settings.rateLimits.exactOptional(),
})
