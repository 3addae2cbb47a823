/**
 * Files of the double: what is sent is read from the disk and held in memory, what the far member offers comes as far as the test lets
 * it, and what is saved is written.
 */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { CallerFault, IntegrityFault, Unavailable } from '@triode/core'
import type { BlobId, CircleId, ConversationId, DeviceId } from '@triode/core'
import type * as api from '@triode/device'

/** What the double's files need of the rest of it. */
export interface FileWorld {
  readonly unlocked: () => void
  readonly emit: (event: api.DeviceEvent) => void
  readonly now: () => number
  readonly newId: () => BlobId
  readonly conversationOf: (where: string) => { conversation: ConversationId; circle: CircleId }
  readonly me: (circle: CircleId) => api.Member
  readonly far: (circle: CircleId) => api.Member
  /** Writes the message that names them. */
  readonly write: (
    where: ConversationId,
    from: api.Member,
    input: { readonly text: string; readonly files: api.FileSummary[]; readonly replyTo?: string },
  ) => api.Message
  /** How many read it besides oneself. */
  readonly readers: (where: ConversationId) => number
}

/** What the far member or the world does, for tests. */
export interface FilePlay {
  /** The far member sends a file; nothing of it is here. */
  offer(where: string, name: string, bytes: Uint8Array, mediaType?: string): api.FileView
  /** So many more bytes of what is wanted come; default: all. */
  come(id: string, bytes?: number): Promise<void>
  /** Nobody who has it can be reached, or the disk is full or refuses, until bytes come. */
  stall(id: string, state: 'waiting' | 'disk-full' | 'disk-refused'): void
  /** What is here is not saved until the function returned is called, as on a disk that is full. */
  holdSaving(): () => Promise<void>
  /** Its message is deleted. */
  lose(id: string): void
  /** One more recipient has all of it. */
  deliver(id: string): void
  /** A byte of it rots on the disk. */
  damage(id: string): void
  /** What is sent from now on stays half prepared until it is canceled, or let go by the function returned. */
  holdPreparing(): () => void
  /** Streams of content that are open. */
  readonly reading: () => number
  /** Bytes of uploads that were taken, finished or not. */
  readonly taken: () => number
  /** No upload finds room any more. */
  readonly fillDisk: () => void
  /** No more of uploads is taken until the function returned is called. */
  holdUploads(): () => void
}

const READ_ONLY = {
  code: 'disk-refused',
  message: 'The disk with /mnt/disk/files is read-only (EROFS).',
  remedy: 'Make it writable.',
  details: { of: 'protected', path: '/mnt/disk/files', code: 'EROFS' },
}

interface Inner extends api.FolderEntry {
  readonly from: number
}
interface Span {
  readonly from: number
  readonly to: number
}
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }
interface Held {
  readonly view: Mutable<api.FileView>
  readonly bytes: Buffer
  readonly inner: readonly Inner[]
  wanted: boolean
  damaged: boolean
  canceled: boolean
}

const TYPES: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  jpg: 'image/jpeg',
  mp4: 'video/mp4',
  html: 'text/html',
}

export function doubleFiles(world: FileWorld): api.FileService & FilePlay {
  const all: Held[] = []
  const waiters = new Set<() => void>()
  const uploaded = new Map<string, { readonly told: api.UploadView; readonly bytes: Buffer }>()
  let [taken, full] = [0, false]
  let gate: Promise<undefined> | undefined
  let reading = 0
  let isSavingHeld = false
  let held: Promise<undefined> | undefined
  let settings: api.FileSettings = {
    autoFetchBytes: 10_000_000,
    autoFetchSlowBytes: 1_000_000,
    quotaBytes: null,
    memberShareBytes: 100_000_000,
    rateLimits: {},
  }
  const wake = () => {
    for (const waiter of waiters) waiter()
    waiters.clear()
  }
  const told = (one: Held): api.FileView => {
    const file = { ...one.view }
    world.emit({ type: 'file', file })
    wake()
    return file
  }
  const of = (id: string): Held => {
    world.unlocked()
    const one = all.find(({ view }) => view.id === id || view.sending === id)
    if (one) return one
    throw new CallerFault('not-found', { message: 'There is no such file', remedy: 'See `triode file list`' })
  }
  const change = (id: string, to: Partial<api.FileView>): api.FileView => {
    const one = of(id)
    Object.assign(one.view, to)
    return told(one)
  }
  const hold = (view: api.FileView, bytes: Buffer, inner: readonly Inner[] = []): Held => {
    const one = { view, bytes, inner, wanted: false, damaged: false, canceled: false }
    all.unshift(one)
    return one
  }
  const newView = (
    where: { conversation: ConversationId; circle: CircleId },
    from: api.Member,
    what: Pick<api.FileView, 'kind' | 'name' | 'mediaType' | 'size' | 'state'> & Partial<api.FileView>,
  ): api.FileView => ({
    id: world.newId(),
    ...where,
    from: from.member,
    ...(from.name !== undefined && { fromName: from.name }),
    at: world.now(),
    have: 0,
    sources: [],
    priority: 'normal',
    pinned: false,
    paused: false,
    executable: false,
    delivered: { count: 0, of: from.me ? world.readers(where.conversation) : 0 },
    held: false,
    ...what,
  })
  const save = async (one: Held): Promise<void> => {
    const to = one.view.savingTo
    if (to === undefined || one.view.state !== 'complete' || isSavingHeld) return
    await writeFile(to, one.bytes)
    delete one.view.savingTo
    one.view.savedTo = to
    told(one)
  }

  const isHere = (id: string): boolean => of(id).view.state === 'complete'

  /** Reads one path as a file or folder would be sent. */
  const read = async (path: string): Promise<{ bytes: Buffer; inner: Inner[]; isFolder: boolean }> => {
    const found = await stat(path).catch((cause: unknown) => {
      throw new CallerFault('file-absent', {
        message: 'There is no such file',
        remedy: 'Check the path',
        cause,
      })
    })
    if (found.isFile()) return { bytes: await readFile(path), inner: [], isFolder: false }
    if (!found.isDirectory())
      throw new CallerFault('not-a-file', {
        message: 'It is no file and no folder',
        remedy: 'Choose another',
      })
    return readAll((await readdir(path)).toSorted().map((name) => join(path, name)))
  }
  const readAll = async (paths: readonly string[]): ReturnType<typeof read> => {
    const inner: Inner[] = []
    const parts: Buffer[] = []
    let at = 0
    for (const path of paths) {
      const { bytes } = await read(path)
      inner.push({ path: basename(path), kind: 'file', size: bytes.length, from: at })
      parts.push(bytes)
      at += bytes.length
    }
    return { bytes: Buffer.concat(parts), inner, isFolder: true }
  }

  const prepare = async (one: Held): Promise<void> => {
    one.view.have = Math.floor(one.view.size / 2)
    one.view.rate = 1_000_000
    one.view.secondsLeft = 2
    told(one)
    if (held) await Promise.race([held, new Promise<void>((resolve) => waiters.add(resolve))])
    while (held && !one.canceled) await new Promise<void>((resolve) => waiters.add(resolve))
    if (one.canceled) {
      all.splice(all.indexOf(one), 1)
      throw new Unavailable('canceled', { message: 'It was canceled', remedy: 'Send it again' })
    }
    delete one.view.rate
    delete one.view.secondsLeft
    delete one.view.sending
    one.view.have = one.view.size
    one.view.state = 'complete'
    told(one)
  }

  /** Waits for what is missing, and notices when what it reads from is gone. */
  async function* content(one: Held, { from, to }: Span, gone: AbortSignal): AsyncGenerator<Buffer> {
    reading += 1
    try {
      if (one.view.state === 'offered') Object.assign(one, { wanted: true })
      if (one.view.state === 'offered') change(one.view.id, { state: 'fetching' })
      for (let at = from; at < to && !gone.aborted;) {
        if (one.damaged) throw new IntegrityFault('chunk-damaged', { message: 'A part of it is damaged' })
        const upTo = Math.min(to, one.view.have, at + 16_384)
        if (upTo > at) yield one.bytes.subarray(at, upTo)
        else await new Promise<void>((resolve) => waiters.add(resolve))
        at = Math.max(at, upTo)
      }
    } finally {
      reading -= 1
    }
  }

  const uploadOf = (upload: string) => {
    world.unlocked()
    const one = uploaded.get(upload)
    if (one) return one
    throw new CallerFault('upload-gone', { message: 'There is no such upload', remedy: 'Upload it again' })
  }

  return {
    uploadFile: async ({ where, name, mediaType = '', size, modifiedAt, content: pieces }) => {
      world.unlocked()
      const { circle } = world.conversationOf(where)
      if (name.includes('/'))
        throw new CallerFault('file-name-invalid', { message: 'No name', remedy: 'Choose another' })
      const parts: Uint8Array[] = []
      for await (const piece of pieces) {
        taken += piece.length
        await gate
        if (full) throw new Unavailable('disk-full', { message: 'The disk is full', remedy: 'Make room' })
        parts.push(piece)
      }
      const bytes = Buffer.concat(parts)
      if (size !== undefined && bytes.length !== size)
        throw new CallerFault('file-changed', { message: 'Not as many', remedy: 'Send it again' })
      const upload: string = world.newId()
      const view = {
        ...{ upload, circle, name, mediaType, size: bytes.length },
        ...(modifiedAt !== undefined && { modifiedAt }),
        ...{ preview: false, stripped: false, mayTell: false, expiresAt: world.now() + 3_600_000 },
      }
      uploaded.set(upload, { told: view, bytes })
      return view
    },
    uploads: async () => [...uploaded.values()].map(({ told: up }) => up),
    dropUpload: async (upload) => {
      uploadOf(upload)
      uploaded.delete(upload)
    },
    sendFiles: async (input) => {
      world.unlocked()
      const where = world.conversationOf(input.where)
      const me = world.me(where.circle)
      const { paths = [], uploads = [] } = input
      const files: Held[] = []
      const [stripped, mayTell]: [string[], string[]] = [[], []]
      const asOne = paths.length > 16 ? [`${paths.length} files`] : paths
      for (const path of asOne) {
        const { bytes, inner, isFolder } = await (asOne === paths ? read(path) : readAll(paths))
        const known = all.find(
          ({ view, bytes: other }) => view.conversation === where.conversation && other.equals(bytes),
        )
        if (!isFolder && path.endsWith('.jpg') && input.keepMetadata !== true) stripped.push(path)
        if (!isFolder && path.endsWith('.heic') && input.keepMetadata !== true) mayTell.push(path)
        const view = newView(where, me, {
          kind: isFolder ? 'folder' : 'file',
          name: basename(path),
          mediaType: TYPES[path.split('.').at(-1) ?? ''] ?? '',
          size: bytes.length,
          ...(isFolder && { files: inner.length }),
          state: 'preparing',
          ...(input.sending !== undefined && { sending: input.sending }),
        })
        const one = known ?? hold(view, bytes, inner)
        if (!known) await prepare(one)
        files.push(one)
      }
      for (const upload of uploads) {
        const { told: up, bytes } = uploadOf(upload)
        uploaded.delete(upload)
        const { name, mediaType, size } = up
        const view = newView(where, me, {
          kind: 'file',
          name,
          mediaType,
          size,
          state: 'complete',
          have: size,
        })
        files.push(hold(view, bytes))
      }
      for (const { id } of input.files ?? []) {
        const { view: known, bytes, inner } = of(id)
        if (known.state !== 'complete')
          throw new CallerFault('file-not-here', {
            message: 'It is not wholly on this device',
            remedy: 'Fetch it first',
          })
        const { kind, name, mediaType, size } = known
        const view = newView(where, me, { kind, name, mediaType, size, state: 'complete', have: size })
        files.push(hold(view, bytes, inner))
      }
      const { text = '', replyTo } = input
      const summaries = files.map(({ view }) => summaryOf(view))
      const message = world.write(where.conversation, me, {
        text,
        files: summaries,
        ...(replyTo !== undefined && { replyTo }),
      })
      for (const one of files) one.view.message = message.id
      return {
        message: message.id,
        conversation: where.conversation,
        files: files.map(told),
        leftOut: [],
        stripped,
        mayTell,
      }
    },
    files: async ({ where, active = false }) => {
      world.unlocked()
      const only = where === undefined ? undefined : world.conversationOf(where).conversation
      return all
        .map(({ view }) => ({ ...view }))
        .filter(({ conversation }) => only === undefined || conversation === only)
        .filter(({ state }) => !active || !['offered', 'complete'].includes(state))
    },
    file: async (id) => ({ ...of(id).view }),
    folder: async (id) => {
      const { view, inner } = of(id)
      if (view.kind === 'folder') return inner.map(({ from: _, ...entry }) => entry)
      throw new CallerFault('not-a-folder', { message: 'It is a file', remedy: 'Get it as it is' })
    },
    getFile: async ({ id, to, overwrite = false, priority = 'normal' }) => {
      const one = of(id)
      if (to !== undefined) one.view.savingTo = await target(to, one.view.name, overwrite)
      one.view.priority = priority
      one.wanted = true
      if (one.view.state !== 'complete') one.view.state = 'fetching'
      const view = told(one)
      await save(one)
      return view
    },
    pauseFile: async (id) => change(id, { paused: true, ...(!isHere(id) && { state: 'paused' }) }),
    resumeFile: async (id) => change(id, { paused: false, ...(!isHere(id) && { state: 'fetching' }) }),
    cancelFile: async (id) => {
      const one = of(id)
      if (one.view.state !== 'preparing') {
        delete one.view.savingTo
        if (one.view.state === 'complete') return told(one)
        return change(id, { state: 'offered', have: 0 })
      }
      one.canceled = true
      wake()
      return undefined
    },
    pinFile: async (id, pinned) => change(id, { pinned }),
    dropFile: async (id) => change(id, { state: 'offered', have: 0 }),
    checkFiles: async (id) => {
      world.unlocked()
      const looked = id === undefined ? all : [of(id)]
      const bytes = looked.reduce((sum, { view }) => sum + view.size, 0)
      for (const { view } of looked)
        world.emit({ type: 'file-check', name: view.name, done: Math.min(view.size, bytes / 2), of: bytes })
      // Time for these to come before the answer.
      await delay(50)
      const damaged = looked.filter((one) => one.damaged)
      for (const one of damaged) {
        one.damaged = false
        change(one.view.id, { state: 'fetching', have: 0 })
      }
      return {
        checked: looked.length,
        damaged: damaged.map(({ view: { id: found, name } }) => ({ id: found, name, chunks: 1 })),
        mended: [],
      }
    },
    readFile: async ({ id, path, from = 0, to }) => {
      const one = of(id)
      const { view, inner } = one
      const part = path === undefined ? undefined : inner.find((entry) => entry.path === path)
      if (path !== undefined && part === undefined)
        throw new CallerFault('not-found', {
          message: 'There is no such file in it',
          remedy: 'See what it holds',
        })
      const base = part?.from ?? 0
      const size = part?.size ?? view.size
      const end = Math.min(to ?? size, size)
      if (from > end) throw new CallerFault('range-not-satisfiable')
      const gone = new AbortController()
      const span = { from: base + from, to: base + end }
      const pieces = content(one, span, gone.signal)
      // Readable.from would wait for the next piece before it lets go of what is destroyed.
      const stream = new Readable({
        read() {
          void pieces.next().then(
            ({ value }) => this.push(value ?? null),
            (error: unknown) => this.destroy(error as Error),
          )
        },
        destroy(error, done) {
          gone.abort()
          wake()
          void pieces.return(undefined).then(() => done(error))
        },
      })
      const { mediaType } = view
      return { name: part?.path ?? view.name, mediaType, size, from, to: end, stream }
    },
    fileSettings: async () => {
      world.unlocked()
      return settings
    },
    setFileSettings: async (changes) => {
      world.unlocked()
      settings = { ...settings, ...changes }
      return settings
    },

    offer: (where, name, bytes, mediaType = '') => {
      const found = world.conversationOf(where)
      const far = world.far(found.circle)
      const view = newView(found, far, {
        kind: 'file',
        name,
        mediaType,
        size: bytes.length,
        state: 'offered',
      })
      const one = hold(view, Buffer.from(bytes))
      one.view.message = world.write(found.conversation, far, { text: '', files: [summaryOf(view)] }).id
      one.view.sources = [
        {
          device: far.devices[0]?.device as DeviceId,
          member: far.member,
          ...(far.name !== undefined && { name: far.name }),
          channel: 'lan',
          rate: 1_000_000,
          have: view.size,
          isSilent: false,
        },
      ]
      return told(one)
    },
    come: async (id, bytes = Infinity) => {
      const one = of(id)
      if (!one.wanted || one.view.state === 'paused') return
      const have = Math.min(one.view.size, one.view.have + bytes)
      const isWhole = have === one.view.size
      const sources = one.view.sources.map((source) => ({ ...source, rate: 1_000_000, isSilent: false }))
      const coming = { rate: 1_000_000, secondsLeft: (one.view.size - have) / 1_000_000, sources }
      if (isWhole) {
        delete one.view.rate
        delete one.view.secondsLeft
      }
      delete one.view.notStored
      change(id, { have, state: isWhole ? 'complete' : 'fetching', ...(!isWhole && coming) })
      await save(one)
    },
    stall: (id, state) => {
      const { sources } = of(id).view
      change(id, {
        state,
        ...(state === 'waiting' && { sources: sources.map((one) => ({ ...one, rate: 0, isSilent: true })) }),
        ...(state === 'disk-refused' && { notStored: READ_ONLY }),
      })
    },
    holdSaving: () => {
      isSavingHeld = true
      return async () => {
        isSavingHeld = false
        for (const one of all) await save(one)
      }
    },
    lose: (id) => {
      const [one] = all.splice(all.indexOf(of(id)), 1)
      if (one) world.emit({ type: 'file-gone', id: one.view.id, conversation: one.view.conversation })
      wake()
    },
    deliver: (id) => {
      const { delivered } = of(id).view
      change(id, { delivered: { count: delivered.count + 1, of: delivered.of } })
    },
    damage: (id) => {
      of(id).damaged = true
      wake()
    },
    holdPreparing: () => {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      held = promise
      return () => {
        held = undefined
        resolve(undefined)
        wake()
      }
    },
    reading: () => reading,
    taken: () => taken,
    fillDisk: () => (full = true),
    holdUploads: () => {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      gate = promise
      return () => resolve(undefined)
    },
  }
}

function summaryOf(view: api.FileView): api.FileSummary {
  const { id, kind, name, mediaType, size, executable, files } = view
  return { id, kind, name, mediaType, size, executable, ...(files !== undefined && { files }) }
}

/** Where a file is saved that is called `name`. */
async function target(to: string, name: string, overwrite: boolean): Promise<string> {
  const found = await stat(to).catch(() => undefined)
  if (found?.isDirectory() === true) return target(join(to, name), name, overwrite)
  if (found && !overwrite)
    throw new CallerFault('file-exists', {
      message: 'There is a file of that name already',
      remedy: 'Choose another, or overwrite it',
    })
  const folder = await stat(dirname(to)).catch(() => undefined)
  if (folder?.isDirectory() !== true || to.endsWith('/'))
    throw new CallerFault('file-refused', { message: 'No such folder', remedy: 'Choose another' })
  return to
}
