/** Simulated devices with files: the circle of the simulator, the tunnels on which files go, and what is known of both from outside. */
import {
  CallerFault,
  Fault,
  PeerFault,
  Unavailable,
  type BlobId,
  type CircleId,
  type ConversationId,
  type DeviceId,
} from '@triode/core'
import { templateOf, World, type SeededRandom, type VirtualClock } from '@triode/testkit'
import { FILE_RULE } from './fileRule.ts'
import { FileLink } from './fileLink.ts'
import { FileNode, filesFor } from './fileNode.ts'
import { hostOf, Watch } from './watchedHost.ts'

/** One-way times of links, and bytes a second. */
const DELAYS_MS = [1, 5, 30] as const
const RATES = [20_000_000, 2_000_000, 300_000] as const
/** How often it is looked who has a tunnel to whom. */
const SLICE_MS = 250
/** Turns of the event loop in which what was begun goes on without time passing. */
const TURNS = 4
/** What goes on for longer than this is left to itself. */
const DRIVE_MS = 60_000
/** A silent link ends as late as a tunnel notices it. */
const SILENCE_MS = 20_000

/** Trouble that a device may have with its own disk, its own process or the circle's rules. */
const OWN_TROUBLE = new Set([
  ...['disk-full', 'store-locked', 'blob-gone', 'chunk-damaged', 'chunk-absent', 'canceled', 'file-gone'],
  ...['blob-damaged', 'page-absent'],
])

export class FileWorld {
  readonly core: World
  readonly random: SeededRandom
  readonly clock: VirtualClock
  readonly nodes: FileNode[] = []
  /** What was sent, by the blob that it became. */
  readonly contents = new Map<BlobId, Uint8Array>()
  readonly counts = new Map<string, number>()
  readonly watch: Watch
  private readonly links = new Map<string, FileLink>()

  constructor(seed: string, devices: number) {
    this.core = new World(`files ${seed}`, 0, templateOf(devices), {
      files: (device) =>
        filesFor(
          () => this.nodes.find((node) => node.device === device),
          () => circleOf(device),
        ),
      onEvent: (device, event) => {
        this.nodes.find((node) => node.device === device)?.follow(event)
        if (event.type === 'roster') this.look()
      },
      onEnd: (device) => {
        this.nodes.find((node) => node.device === device)?.kill()
        this.look()
      },
    })
    this.random = this.core.random.fork('files')
    this.clock = this.core.clock
    this.watch = new Watch(this)
    for (const device of this.core.members)
      this.nodes.push(
        new FileNode(device, {
          suite: this.core.suite,
          random: this.random,
          isUp: (node, far) => this.linkOf(node, far) !== undefined,
          told: (node, fault, about) => {
            if (fault instanceof PeerFault && 'device' in about) this.accused(node, about.device, fault)
          },
          failed: (node, cause) => {
            this.failed(node, cause)
          },
          threw: (node, cause) => {
            this.violated(FILE_RULE.noSurprise, `a timer of ${node.name} threw: ${told(cause)}`)
          },
          hostOf: (node, host) => hostOf(this, node, host),
        }),
      )
    this.startNodes()
  }

  get running(): FileNode[] {
    return this.nodes.filter(({ process }) => process !== undefined)
  }

  count(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times)
  }

  violated(rule: string, what: string): void {
    this.core.violated(rule, what)
  }

  /** Whoever runs has its files. */
  startNodes(): void {
    for (const node of this.nodes) node.start()
  }

  link(one: FileNode, other: FileNode): void {
    this.core.network.link(one.device, other.device)
    this.look()
  }

  cut(one: FileNode, other: FileNode): void {
    this.core.network.cut(one.device, other.device)
    this.look()
  }

  /** Nothing arrives on it any more; both notice that after a while. */
  silence(one: FileNode, other: FileNode): void {
    const link = this.links.get(nameOf(one, other))
    link?.silence()
    this.clock.after(SILENCE_MS, () => {
      if (link?.isOpen === true) this.cut(one, other)
    })
  }

  linked(): [FileNode, FileNode][] {
    return [...this.links.values()]
      .filter(({ isOpen }) => isOpen)
      .map(({ dialer, acceptor }) => [dialer, acceptor])
  }

  /** Lets time pass, and everything that goes on with it. */
  async pass(ms: number): Promise<void> {
    const until = this.clock.elapsed() + ms
    while (this.clock.elapsed() < until) {
      this.look()
      await this.clock.advanceAsync(Math.min(SLICE_MS, until - this.clock.elapsed()))
      await turns()
    }
    this.look()
  }

  /** Waits for something that a process does, while time passes. @returns undefined: it failed, as things may, or does not end */
  async drive<T>(node: FileNode, work: Promise<T>): Promise<T | undefined> {
    const { process } = node
    const driven: { isOver: boolean; result?: T } = { isOver: false }
    const over = work.then(
      (value) => {
        driven.result = value
        driven.isOver = true
      },
      (cause: unknown) => {
        driven.isOver = true
        const isOwn = cause instanceof CallerFault || cause instanceof Unavailable
        // Whatever a process fails in that has died meanwhile.
        if (isOwn || node.process !== process || !node.device.running) return
        if (cause instanceof Fault && OWN_TROUBLE.has(cause.code)) return
        this.violated(FILE_RULE.noSurprise, `${node.name}: ${told(cause)}`)
      },
    )
    void over
    await turns()
    const until = this.clock.elapsed() + DRIVE_MS
    while (!driven.isOver && this.clock.elapsed() < until) await this.pass(50)
    return driven.result
  }

  /** Who is linked, runs, and takes the other for one of the circle has a tunnel. */
  look(): void {
    for (const [at, one] of this.nodes.entries())
      for (const other of this.nodes.slice(at + 1)) this.lookAt(one, other)
  }

  // ---- inside

  private lookAt(one: FileNode, other: FileNode): void {
    const name = nameOf(one, other)
    const link = this.links.get(name)
    const isToBe =
      this.core.network.linked(one.device, other.device) && knows(one, other) && knows(other, one)
    if (link?.isOpen === true && !isToBe) {
      this.links.delete(name)
      link.end()
    } else if (link?.isOpen !== true && isToBe) {
      const { clock, random } = this
      this.links.set(
        name,
        new FileLink(one, other, {
          clock,
          circle: circleOf(one.device),
          delayMs: random.pick(DELAYS_MS),
          bytesPerSecond: random.pick(RATES),
          blamed: (by, of, fault) => {
            if (fault instanceof PeerFault) this.accused(by, of.device.self, fault)
          },
        }),
      )
    }
  }

  private linkOf(node: FileNode, far: DeviceId): FileLink | undefined {
    for (const link of this.links.values()) {
      const isIt =
        (link.dialer === node && link.acceptor.device.self === far) ||
        (link.acceptor === node && link.dialer.device.self === far)
      if (isIt && link.isOpen) return link
    }
    return undefined
  }

  private accused(by: FileNode, of: DeviceId | undefined, fault: Fault): void {
    const accused = this.nodes.find(({ device }) => device.self === of)
    if (accused === undefined || by.isLiar) return
    this.count(`accused of ${fault.code}`)
    if (!accused.isLiar && !accused.isDamaged)
      this.violated(FILE_RULE.noFalseAccusation, `${by.name} accuses ${accused.name} of ${fault.code}`)
  }

  private failed(node: FileNode, cause: unknown): void {
    if (cause instanceof Fault && OWN_TROUBLE.has(cause.code)) return
    // What a killed process still tries.
    if (!node.device.running) return
    this.violated(FILE_RULE.noSurprise, `${node.name}: ${told(cause)}`)
  }
}

function told(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}

function knows(one: FileNode, other: FileNode): boolean {
  if (one.process === undefined || !one.device.running) return false
  return one.now.circle.state.devices.get(other.device.self)?.active === true
}

function circleOf({ circle }: FileNode['device']): CircleId {
  if (circle === undefined) throw new Error('it is in no circle')
  return circle
}

function nameOf(one: FileNode, other: FileNode): string {
  return one.name < other.name ? `${one.name}|${other.name}` : `${other.name}|${one.name}`
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Conversations of the circle that a device lists now. */
export function conversationsOf({ device }: FileNode): readonly ConversationId[] {
  return device.running ? device.participant.conversations() : []
}
