/** What happens in a simulation of files, one thing a step, and how often each. */
import { sortedMembers, Unavailable, type BlobId, type ConversationId, type MessageId } from '@triode/core'
import { tolerating, type SeededRandom } from '@triode/testkit'
import type { FoundConversation } from '../../../packages/device/src/resolve.ts'
import type { Named } from '../../../packages/device/src/files/catalog.ts'
import { recordsOf, type FileNode } from './fileNode.ts'
import { FILE_RULE } from './fileRule.ts'
import { conversationsOf, type FileWorld } from './fileWorld.ts'

type Work = (world: FileWorld, node: FileNode) => Promise<void> | void

interface FileAction {
  readonly weight: number
  readonly run: (world: FileWorld) => Promise<void> | void
}

/** Less than a block, one chunk, some, and more than are stored at once. */
const SIZES = [0, 1, 5_000, 262_144, 400_000, 1_300_000, 2_600_000] as const
/** Of what is left free for messages; beyond it some chunks. */
const [RESERVE_BYTES, ROOM_BYTES] = [8_388_608, 1_000_000]
const EXPIRES_AFTER_MS = 300_000
const LONG_MS = 400_000

export const FILE_ACTIONS: Readonly<Record<string, FileAction>> = {
  send: { weight: 24, run: running(send) },
  sendAndDie: { weight: 2, run: running(sendAndDie) },
  forward: { weight: 5, run: running(forward) },
  read: { weight: 5, run: running(read) },
  pause: {
    weight: 3,
    run: onFile((world, node, named) => drive(world, node, node.now.files.choices.pause(named))),
  },
  resume: {
    weight: 4,
    run: onFile((_world, node, named) => {
      tolerating(() => {
        node.now.files.choices.fetch(named, {})
      })
    }),
  },
  drop: {
    weight: 3,
    run: onFile((world, node, named) => drive(world, node, node.now.files.choices.drop(named))),
  },
  pin: {
    weight: 1,
    run: onFile((world, node, named) => drive(world, node, node.now.files.choices.pin(named, true))),
  },
  check: { weight: 1, run: running((world, node) => drive(world, node, node.now.files.checking.check())) },
  delete: { weight: 1.5, run: onFile(deleteOwn) },
  link: { weight: 40, run: running(link) },
  cut: {
    weight: 6,
    run: onLink((world, one, other) => {
      world.cut(one, other)
    }),
  },
  silence: {
    weight: 3,
    run: onLink((world, one, other) => {
      world.silence(one, other)
    }),
  },
  crash: {
    weight: 6,
    run: running((_world, { device }) => {
      device.crash()
    }),
  },
  die: { weight: 4, run: running(die) },
  stop: { weight: 2, run: running(stop) },
  start: { weight: 24, run: start },
  fillDisk: { weight: 3, run: running(fillDisk) },
  freeDisk: { weight: 5, run: freeDisks },
  damage: { weight: 2, run: running(damage) },
  room: { weight: 3, run: running(makeRoom) },
  leaveRoom: { weight: 2, run: running(leaveRoom) },
  remove: { weight: 0.7, run: running(remove) },
  quota: { weight: 1, run: running(setQuota) },
  limit: { weight: 1, run: running(setLimit) },
  expire: { weight: 2, run: expire },
}

/** Runs one action. @returns its name */
export async function actOnFiles(world: FileWorld): Promise<string> {
  const all = Object.entries(FILE_ACTIONS)
  let left = world.random.fraction() * all.reduce((sum, [, { weight }]) => sum + weight, 0)
  for (const [name, { weight, run }] of all) {
    left -= weight
    if (left >= 0) continue
    await run(world)
    return name
  }
  return 'nothing'
}

// ---- sending

async function send(world: FileWorld, node: FileNode): Promise<void> {
  await world.drive(node, sending(world, node))
}

async function sendAndDie(world: FileWorld, node: FileNode): Promise<void> {
  const sent = sending(world, node).catch(() => undefined)
  for (let turn = world.random.int(12); turn > 0; turn--)
    await new Promise((resolve) => setImmediate(resolve))
  node.device.crash()
  await sent
}

async function sending(world: FileWorld, node: FileNode): Promise<void> {
  const conversations = conversationsOf(node)
  if (conversations.length === 0) return
  const { files, circle } = node.now
  const content = contentOf(world)
  const { upload } = await files.uploads.take(circle, {
    where: circle.id,
    name: `f${world.contents.size}.bin`,
    size: content.length,
    content: pieces(content),
  })
  const where = pickConversation(world.random, conversations)
  const expires = world.random.chance(0.15)
  const { message } = await files.outgoing
    .send({ ...nothing(node, where, expires), uploads: [upload] })
    .catch(async (cause: unknown) => {
      await files.uploads.drop(upload)
      throw cause
    })
  remember(world, node, where, message, content)
}

/** Something new; or, now and then, what was sent already. */
function contentOf({ random, contents }: FileWorld): Uint8Array {
  if (contents.size > 0 && random.chance(0.1)) return random.pick([...contents.values()])
  return random.bytes(random.pick(SIZES))
}

async function* pieces(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(content)
}

function remember(
  world: FileWorld,
  node: FileNode,
  conversation: ConversationId,
  message: MessageId,
  content: Uint8Array,
): void {
  if (node.process === undefined) return
  const { files, circle } = node.now
  for (const { blob } of files.catalog.named(circle, conversation, message))
    world.contents.set(blob.id, content)
}

async function forward(world: FileWorld, node: FileNode): Promise<void> {
  const whole = filesOf(node).filter(({ blob }) => recordsOf(node).get(blob.id)?.whole === true)
  const conversations = conversationsOf(node)
  if (whole.length === 0 || conversations.length === 0) return
  const where = pickConversation(world.random, conversations)
  const forwarded = [world.random.pick(whole)]
  await world.drive(node, node.now.files.outgoing.send({ ...nothing(node, where, false), forwarded }))
}

function nothing({ now }: FileNode, where: ConversationId, expires: boolean) {
  const found = { circle: now.circle, conversation: { id: where } } as unknown as FoundConversation
  const body = {
    kind: 'text',
    text: 'file',
    mentions: [],
    ...(expires && { expiresAfterMs: EXPIRES_AFTER_MS }),
  } as const
  return { found, paths: [], uploads: [], forwarded: [], body, keepMetadata: false }
}

// ---- what a person does

/** A part of a file, also of one that still comes: right, or not at all. */
async function read(world: FileWorld, node: FileNode): Promise<void> {
  const named = pickFile(world, node)
  const content = named && world.contents.get(named.blob.id)
  if (named === undefined || content === undefined || content.length === 0) return
  const from = world.random.int(content.length)
  const to = from + 1 + world.random.int(content.length - from)
  const abort = new AbortController()
  const { reading } = node.now.files
  const all = (async () => {
    let at = from
    for await (const piece of reading.pieces(named, { from, to }, abort.signal)) {
      checkSame(world, node, named.blob.id, content.subarray(at, at + piece.length), piece)
      at += piece.length
    }
  })()
  world.clock.after(world.random.int(10_000), () => {
    abort.abort()
  })
  await world.drive(node, all)
}

export function checkSame(
  world: FileWorld,
  node: FileNode,
  id: BlobId,
  expected: Uint8Array,
  actual: Uint8Array,
): void {
  if (Buffer.compare(expected, actual) !== 0)
    world.violated(FILE_RULE.nothingWrong, `${node.name} gives other bytes of ${id} than were sent`)
}

function deleteOwn(_world: FileWorld, { device }: FileNode, { message, conversation }: Named): void {
  if (message.device !== device.self) return
  tolerating(() => device.participant.write(conversation, { kind: 'delete', target: message.id }))
}

function setQuota(world: FileWorld, node: FileNode): void {
  const quotaBytes = world.random.pick([null, 1_000_000, 5_000_000])
  tolerating(() => node.now.files.setFileSettings({ quotaBytes }))
}

function setLimit(world: FileWorld, node: FileNode): void {
  const rateLimits = world.random.pick([{}, { memory: 50_000 }, { memory: 1_000_000 }])
  tolerating(() => node.now.files.setFileSettings({ rateLimits }))
}

// ---- machines and links

function link(world: FileWorld, node: FileNode): void {
  const others = world.running.filter((other) => other !== node)
  if (others.length > 0) world.link(node, world.random.pick(others))
}

function die(world: FileWorld, { device }: FileNode): void {
  device.dieAt({ writes: world.random.int(12), afterCommit: world.random.chance(0.4) })
}

async function stop(world: FileWorld, node: FileNode): Promise<void> {
  await world.drive(node, node.now.files.stop())
  if (node.device.running) node.device.stop()
}

function start(world: FileWorld): void {
  const down = world.nodes.filter(({ device }) => !device.running && !device.gone)
  if (down.length > 0) world.random.pick(down).device.start()
  world.startNodes()
}

function fillDisk(world: FileWorld, node: FileNode): void {
  const { random } = world
  node.disk.freeBytes = random.chance(0.7) ? RESERVE_BYTES + random.int(ROOM_BYTES) : random.int(ROOM_BYTES)
  if (random.chance(0.3)) node.device.fillDisk(new Unavailable('disk-full'))
}

function freeDisks(world: FileWorld): void {
  for (const node of world.nodes) {
    node.disk.freeBytes = Infinity
    node.device.fillDisk(undefined)
  }
}

function damage(world: FileWorld, node: FileNode): void {
  if (node.disk.damage((count) => world.random.int(count)) !== undefined) node.isDamaged = true
}

// ---- the circle

function makeRoom(world: FileWorld, { device }: FileNode): void {
  const others = [...device.state.members.values()].filter(
    ({ id, state }) => id !== device.member && state === 'active',
  )
  const members = world.random.shuffle(others).slice(0, 1 + world.random.int(3))
  if (members.length === 0) return
  tolerating(() => {
    device.append({
      type: 'room',
      nonce: world.random.bytes(16),
      members: sortedMembers(members.map(({ id }) => id)),
    })
  })
}

/** Goes itself, or puts somebody out where it may. */
function leaveRoom(world: FileWorld, { device }: FileNode): void {
  const rooms = [...device.state.rooms.values()].filter(({ members }) => members.includes(device.member))
  if (rooms.length === 0) return
  const room = world.random.pick(rooms)
  tolerating(() => {
    device.append({ type: 'room-members', room: room.id, add: [], remove: [world.random.pick(room.members)] })
  })
}

function remove(world: FileWorld, { device }: FileNode): void {
  const active = [...device.state.members.values()].filter(({ state }) => state === 'active')
  const others = active.filter(({ id }) => id !== device.member)
  if (active.length <= 4 || others.length === 0) return
  tolerating(() => {
    device.append({ type: 'remove', member: world.random.pick(others).id })
  })
}

/** What was to disappear does, by everybody's clock. */
async function expire(world: FileWorld): Promise<void> {
  await world.pass(LONG_MS)
  expireNow(world)
}

export function expireNow(world: FileWorld): void {
  for (const node of world.running)
    for (const conversation of conversationsOf(node))
      if (node.device.running)
        tolerating(() => {
          node.device.participant.expire(conversation)
        })
}

// ---- inside

function running(work: Work): FileAction['run'] {
  return async (world) => {
    if (world.running.length > 0) await work(world, world.random.pick(world.running))
  }
}

function onFile(
  work: (world: FileWorld, node: FileNode, named: Named) => Promise<void> | void,
): FileAction['run'] {
  return running(async (world, node) => {
    const named = pickFile(world, node)
    if (named !== undefined) await work(world, node, named)
  })
}

function onLink(work: (world: FileWorld, one: FileNode, other: FileNode) => void): FileAction['run'] {
  return (world) => {
    const linked = world.linked()
    if (linked.length > 0) work(world, ...world.random.pick(linked))
  }
}

async function drive(world: FileWorld, node: FileNode, work: Promise<unknown>): Promise<void> {
  await world.drive(node, work)
}

/** Half of what is said is said to all. */
function pickConversation(random: SeededRandom, all: readonly ConversationId[]): ConversationId {
  const [first] = all
  return first !== undefined && random.chance(0.5) ? first : random.pick(all)
}

function pickFile(world: FileWorld, node: FileNode): Named | undefined {
  const all = filesOf(node)
  return all.length === 0 ? undefined : world.random.pick(all)
}

/** Files that a device knows of, each once. */
export function filesOf(node: FileNode): Named[] {
  if (!node.device.running || node.process === undefined) return []
  const { files, circle } = node.now
  return conversationsOf(node).flatMap((conversation) => files.catalog.list(circle, conversation))
}
