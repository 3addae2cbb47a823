/**
 * Long lists of entries that contest others, as trees. Thousands of entries may wait for the same thousands: what they wait for
 * is then one list that all of them share, not one for each, so that judging them takes no square of their number.
 */
import { inOrder, isBefore, pastOf, type Node } from './graph.ts'

/** Entries whose effect is not known yet: one by one, or as lists that others share. Never changed in place. */
export type Open = readonly (Node | OpenList)[]
interface OpenList extends ReadonlyArray<Node | OpenList> {
  readonly length: number
}

export interface ContestSizes {
  /** Entries of a leaf: looked at one by one where neither all nor none of them count. */
  readonly leaf: number
  /** Parts of what is not a leaf. */
  readonly parts: number
  /** Shorter lists are not worth a tree. */
  readonly least: number
}
const SIZES: ContestSizes = { leaf: 32, parts: 8, least: 16 }

/** More outermost entries than this tell nothing faster than all entries do. */
const MAX_OUTERMOST = 32

/** Entries with an effect, and what they follow. */
export class Effective {
  readonly nodes: readonly Node[]
  private covered: ((node: Node) => boolean) | undefined
  private followed: ((node: Node) => boolean) | undefined

  constructor(nodes: readonly Node[]) {
    this.nodes = nodes
  }

  /** Whether `node` is one of them or in the past of one. */
  covers(node: Node): boolean {
    this.covered ??= pastOf(this.nodes)
    return this.covered(node)
  }

  /** Whether one of them follows `node`. */
  precedes(node: Node): boolean {
    this.followed ??= pastOf(this.nodes.flatMap(({ parents }) => parents))
    return this.followed(node)
  }
}

export type EffectOf = (node: Node) => boolean | undefined

/** A list of entries that contest others, or a part of one. */
export class Contest {
  readonly nodes: readonly Node[]
  /** Empty: a leaf. */
  readonly parts: readonly Contest[]
  /** Places in the local order, and the least depth: none of them comes before what has no greater one. */
  readonly firstIndex: number
  readonly leastDepth: number
  private readonly effectOf: EffectOf
  private covered: ((node: Node) => boolean) | undefined
  private outermost: { readonly first: readonly Node[]; readonly last: readonly Node[] } | undefined
  private state: { readonly effective: boolean; readonly open: Open } | undefined
  private having: Effective | undefined

  /** @param nodes in order: neighbours then know of much the same */
  constructor(nodes: readonly Node[], sizes: ContestSizes, effectOf: EffectOf) {
    this.nodes = nodes
    this.effectOf = effectOf
    this.firstIndex = nodes.reduce((least, { index }) => Math.min(least, index), Infinity)
    this.leastDepth = nodes.reduce((least, { depth }) => Math.min(least, depth), Infinity)
    this.parts = partsOf(nodes, sizes).map((part) => new Contest(part, sizes, effectOf))
  }

  /** Whether one of them has an effect. */
  get effective(): boolean {
    return this.now().effective
  }

  /** Those with an effect; the same until that changes. */
  get allEffective(): Effective {
    this.having ??= new Effective(this.nodes.filter((node) => this.effectOf(node) === true))
    return this.having
  }

  /** Those of which it is not known; the same list until that changes. */
  get open(): Open {
    return this.now().open
  }

  /** Whether `node` is one of them or in the past of one. */
  covers(node: Node): boolean {
    this.covered ??= pastOf(this.nodes)
    return this.covered(node)
  }

  /** All are in the past of `node`; false also where it would take looking at each. */
  isBefore(node: Node): boolean {
    const { last } = this.outer()
    return last.length > 0 && last.every((one) => isBefore(one, node))
  }

  /** All are in the future of `node`; else as isBefore(). */
  isAfter(node: Node): boolean {
    const { first } = this.outer()
    return first.length > 0 && first.every((one) => isBefore(node, one))
  }

  /** None is in the past of `node`; else as isBefore(). */
  isNotBefore(node: Node): boolean {
    if (this.leastDepth >= node.depth || this.firstIndex >= node.index) return true
    const { first } = this.outer()
    return first.length > 0 && !first.some((one) => isBefore(one, node))
  }

  /** To be called when it becomes known of one of them whether it has an effect. */
  forget(): void {
    this.state = undefined
    this.having = undefined
  }

  private now(): NonNullable<Contest['state']> {
    this.state ??=
      this.parts.length > 0
        ? {
            effective: this.parts.some(({ effective }) => effective),
            open: this.parts.flatMap(({ open }) => (open.length === 0 ? [] : [open])),
          }
        : {
            effective: this.nodes.some((node) => this.effectOf(node) === true),
            open: this.nodes.filter((node) => this.effectOf(node) === undefined),
          }
    return this.state
  }

  /** Those that none of the others precedes, or follows; empty where they are many. */
  private outer(): NonNullable<Contest['outermost']> {
    this.outermost ??= { first: this.outermostBy('first'), last: this.outermostBy('last') }
    return this.outermost
  }

  private outermostBy(end: 'first' | 'last'): readonly Node[] {
    const lists = this.parts.map((part) => part.outer()[end])
    if (lists.some((list) => list.length === 0)) return []
    const all = this.parts.length > 0 ? lists.flat() : this.nodes
    const found = all.filter(
      (node) => !all.some((other) => (end === 'first' ? isBefore(other, node) : isBefore(node, other))),
    )
    return found.length > MAX_OUTERMOST ? [] : found
  }
}

function partsOf(nodes: readonly Node[], { leaf, parts }: ContestSizes): (readonly Node[])[] {
  if (nodes.length <= leaf) return []
  const size = Math.max(leaf, Math.ceil(nodes.length / parts))
  return Array.from({ length: Math.ceil(nodes.length / size) }, (_, at) =>
    nodes.slice(at * size, (at + 1) * size),
  )
}

/** The contests of one judging, by list. */
export class Contests {
  private readonly effectOf: EffectOf
  private readonly sizes: ContestSizes
  private readonly byList = new Map<readonly Node[], Contest>()
  private readonly homes = new Map<Node, Contest[]>()

  constructor(effectOf: EffectOf, sizes = SIZES) {
    this.effectOf = effectOf
    this.sizes = sizes
  }

  /** @param list one that is not added to any more. @returns undefined for a short one */
  of(list: readonly Node[]): Contest | undefined {
    if (list.length < this.sizes.least) return undefined
    let contest = this.byList.get(list)
    if (contest === undefined) {
      contest = new Contest(inOrder(list), this.sizes, this.effectOf)
      this.byList.set(list, contest)
      this.addHomes(contest)
    }
    return contest
  }

  /** To be called for each entry of which it becomes known whether it has an effect. */
  decided(node: Node): void {
    for (const home of this.homes.get(node) ?? []) home.forget()
  }

  private addHomes(contest: Contest): void {
    for (const node of contest.nodes) {
      const known = this.homes.get(node)
      if (known === undefined) this.homes.set(node, [contest])
      else known.push(contest)
    }
    for (const part of contest.parts) this.addHomes(part)
  }
}

export function isList(open: Node | Open): open is Open {
  return Array.isArray(open)
}

/** The last entry in `open`, if there is one. */
export function lastOpen(open: Open): Node | undefined {
  let last = open.at(-1)
  while (last !== undefined && isList(last)) last = last.at(-1)
  return last
}
