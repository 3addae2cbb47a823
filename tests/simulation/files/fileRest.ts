/** How a simulation of files ends: everything works again, all talk until nothing changes, and all is looked at once more. */
import { ROLE, type BlobId, type ConversationId } from '@triode/core'
import { activeDevices, tolerating } from '@triode/testkit'
import { checkSame, expireNow, filesOf } from './fileActions.ts'
import { recordsOf, type FileNode } from './fileNode.ts'
import { FILE_RULE } from './fileRule.ts'
import type { FileWorld } from './fileWorld.ts'

/** Longer than any source is waited for, and anything is asked again. */
const ROUND_MS = 70_000
const [MIN_ROUNDS, MAX_ROUNDS] = [4, 24]
/** How often one device stays away for good, so that what it sent comes from others or from keepers. */
const ABSENT = 0.3
/** How often all meet a keeper alone before that, and for how long. */
const BY_KEEPER = 0.5
const KEEPER_ROUNDS = 6
/** Share of the devices that begin with what is on their disks alone. */
const RESTARTED = 0.25

/** Everything works again, but for who lies, and perhaps one that is away. */
export async function restFiles(world: FileWorld): Promise<void> {
  heal(world)
  for (const node of world.running)
    tolerating(() => node.now.files.setFileSettings({ quotaBytes: null, rateLimits: {} }))
  if (world.random.chance(BY_KEEPER)) await meetKeeperAlone(world)
  if (world.random.chance(ABSENT)) world.random.pick(world.running).device.crash()
  let before = ''
  for (let round = 0; round < MAX_ROUNDS; round++) {
    linkAll(world)
    for (const { device } of world.running) device.tickSecrets()
    expireNow(world)
    await world.pass(ROUND_MS)
    const now = stateOf(world)
    if (round >= MIN_ROUNDS && now === before) return
    before = now
  }
  world.violated(FILE_RULE.comesToRest, `after ${MAX_ROUNDS} rounds files still come or go`)
}

function heal(world: FileWorld): void {
  world.core.network.heal()
  for (const { device, disk } of world.nodes) {
    disk.freeBytes = Infinity
    device.fillDisk(undefined)
    // What was planned to kill a process dies with it.
    if (device.dying || world.random.chance(RESTARTED)) device.crash()
    if (!device.running) device.start()
  }
  world.startNodes()
}

/** For a while nobody meets anybody but a keeper, if there is one: what that has for them comes from there. */
async function meetKeeperAlone(world: FileWorld): Promise<void> {
  const isKeeper = ({ device }: FileNode): boolean =>
    device.state.members.get(device.member)?.role === ROLE.keeper
  const keeper = honest(world).find(isKeeper)
  if (keeper === undefined) return
  const before = wholeIn(world)
  for (let round = 0; round < KEEPER_ROUNDS; round++) {
    for (const [one, other] of world.linked()) if (one !== keeper && other !== keeper) world.cut(one, other)
    for (const node of world.running) if (node !== keeper) world.link(node, keeper)
    for (const { device } of world.running) device.tickSecrets()
    await world.pass(ROUND_MS)
  }
  world.count('by keepers', wholeIn(world) - before)
  for (const node of honest(world)) checkComesToAll(world, node, [keeper])
}

function wholeIn(world: FileWorld): number {
  return honest(world).reduce(
    (sum, node) => sum + [...recordsOf(node).values()].filter(({ whole }) => whole).length,
    0,
  )
}

function linkAll(world: FileWorld): void {
  const { running } = world
  for (const [at, one] of running.entries()) for (const other of running.slice(at + 1)) world.link(one, other)
}

/** What each device has of each file. */
function stateOf(world: FileWorld): string {
  return honest(world)
    .map((node) => {
      const records = [...recordsOf(node)].map(
        ([id, { whole, wanted }]) => `${id}${String(whole)}${String(wanted)}`,
      )
      return `${node.name} ${records.sort().join()} ${[...node.disk.blobs.keys()].sort().join()}`
    })
    .join('\n')
}

/** In the circle, running, and telling the truth. */
export function honest(world: FileWorld): FileNode[] {
  const active = new Set(activeDevices(world.core))
  return world.running.filter((node) => active.has(node.device) && !node.isLiar)
}

export async function checkFilesAtRest(world: FileWorld): Promise<void> {
  for (const node of honest(world)) {
    await checkContents(world, node)
    checkComesToAll(world, node)
    checkGone(world, node)
  }
  for (const node of honest(world)) checkComplete(world, node)
}

/** What it says to have all of, it has, as it was sent. */
async function checkContents(world: FileWorld, node: FileNode): Promise<void> {
  const records = recordsOf(node)
  for (const named of filesOf(node)) {
    const { id, size } = named.blob
    const content = world.contents.get(id)
    if (content === undefined || records.get(id)?.whole !== true) continue
    const parts: Uint8Array[] = []
    const all = (async () => {
      const range = { from: 0, to: size }
      const { signal } = new AbortController()
      for await (const piece of node.now.files.reading.pieces(named, range, signal)) parts.push(piece)
      return true
    })()
    const isRead = await world.drive(node, all)
    if (isRead === true) checkSame(world, node, id, content, Buffer.concat(parts))
    else if (!node.isDamaged)
      world.violated(
        FILE_RULE.acknowledgedKept,
        `${node.name} can't read ${id}, which it says to have all of`,
      )
  }
}

/** What is wanted, and somebody has who may be asked, is here. */
function checkComesToAll(world: FileWorld, node: FileNode, givers = honest(world)): void {
  const records = recordsOf(node)
  for (const { blob, conversation } of filesOf(node)) {
    const record = records.get(blob.id)
    const isWaited = record === undefined || (record.wanted && !record.paused)
    if (record?.whole === true || !isWaited) continue
    const from = givers.find((other) => other !== node && gives(other, node, blob.id))
    if (from !== undefined)
      world.violated(
        FILE_RULE.comesToAll,
        `${node.name} wants ${blob.id} of ${conversation}, which ${from.name} has, and does not get it`,
      )
  }
}

function gives(other: FileNode, to: FileNode, id: BlobId): boolean {
  // Who gave what was damaged is not asked for it again while the tunnel lasts, also where it has it anew.
  if (other.isDamaged) return false
  if (keepsFor(other, to, id)) return true
  const record = recordsOf(other).get(id)
  // Whoever pauses what it has all of gives nothing of it.
  if (record?.whole !== true || record.paused) return false
  const { circle } = to.now
  const both = (conversation: ConversationId): boolean =>
    other.host?.mayAsk(circle.id, to.device.self, conversation, id) === true &&
    to.now.files.catalog.isNamed(circle.id, conversation, id)
  return circle.participant.conversations().some(both)
}

/** As a keeper. */
function keepsFor(other: FileNode, to: FileNode, id: BlobId): boolean {
  const { kept } = other.device.participant.keeping
  const name = to.now.files.atKeepers.nameOf(to.now.circle, id)
  return name !== undefined && kept.blobs.isWhole(name) && kept.mayHave(to.device.self, name)
}

/** Who is said to have all of a file had it. */
function checkComplete(world: FileWorld, node: FileNode): void {
  for (const [id, { completeAt }] of recordsOf(node)) {
    for (const device of completeAt) {
      const other = world.nodes.find(({ device: { self } }) => self === device)
      if (other !== undefined && !other.isLiar && !other.everWhole.has(id))
        world.violated(FILE_RULE.completeTrue, `${node.name} takes ${id} for whole at ${other.name}`)
    }
  }
}

/** Of what no message names nothing is left, but what a keeper holds for others. */
function checkGone(world: FileWorld, node: FileNode): void {
  const { files, circle } = node.now
  const { kept } = node.device.participant.keeping
  for (const { id } of node.disk.blobs.values()) {
    if (files.catalog.isNamedAnywhere(circle, id) || kept.blobs.all().has(id)) continue
    world.violated(FILE_RULE.goneIsGone, `${node.name} keeps chunks of ${id}, which no message names`)
  }
}
