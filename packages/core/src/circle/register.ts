/** A value that concurrent entries may set: holds each setting that no later one has replaced. */
import { compareBytes } from '../bytes.ts'
import { hashBytesOf, isBefore, type Node } from './graph.ts'

export class Register {
  private held: Node[]
  private leastDepth: number

  constructor(...initial: readonly Node[]) {
    this.held = [...initial]
    this.leastDepth = initial.reduce((least, { depth }) => Math.min(least, depth), Infinity)
  }

  get holding(): readonly Node[] {
    return this.held
  }

  /** @param node comes after all its parents, and has not been set before */
  set(node: Node): void {
    // Of twins, of which a liar makes thousands, none is before another.
    if (node.depth > this.leastDepth) {
      this.held = this.held.filter((other) => !isBefore(other, node))
      this.leastDepth = this.held.reduce((least, { depth }) => Math.min(least, depth), Infinity)
    }
    this.held.push(node)
    this.leastDepth = Math.min(this.leastDepth, node.depth)
  }
}

/** Of concurrent entries the one that counts, where neither is more restrictive. @throws RangeError on an empty list */
export function smallestHash(nodes: readonly Node[]): Node {
  const [first, ...others] = nodes
  if (first === undefined) throw new RangeError('no entries to choose from')
  return others.reduce(
    (least, node) => (compareBytes(hashBytesOf(node), hashBytesOf(least)) < 0 ? node : least),
    first,
  )
}
