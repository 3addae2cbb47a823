/** Finds where to cut knots of dependencies. */

/**
 * The sets of nodes that depend on one another, directly or not, and on no node outside of their set: the strongly connected
 * components without outgoing edges (Tarjan 1972), without recursion. Each of `nodes` has a dependency among them. All are
 * found at once, in time that grows with the dependencies: a liar can tie thousands of knots.
 */
export function sourceCycles<T>(nodes: readonly T[], dependenciesOf: (node: T) => readonly T[]): T[][] {
  const order = new Map<T, number>()
  const lowest = new Map<T, number>()
  /** Nodes that depend on one whose component was closed before. */
  const bound = new Set<T>()
  const closed = new Set<T>()
  const found: T[][] = []
  const stack: T[] = []
  const path: { node: T; next: T[] }[] = []
  const enter = (node: T): void => {
    order.set(node, order.size)
    lowest.set(node, order.size - 1)
    stack.push(node)
    path.push({ node, next: [...dependenciesOf(node)] })
  }
  const close = (node: T): void => {
    const component = stack.splice(stack.lastIndexOf(node))
    for (const one of component) closed.add(one)
    if (!component.some((one) => bound.has(one))) found.push(component)
  }
  for (const start of nodes) {
    if (!order.has(start)) enter(start)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = top.next.pop()
      if (dependency !== undefined) {
        const seen = order.get(dependency)
        if (seen === undefined) enter(dependency)
        else if (closed.has(dependency)) bound.add(top.node)
        else lower(lowest, top.node, seen)
        continue
      }
      path.pop()
      const below = path.at(-1)?.node
      if (lowest.get(top.node) === order.get(top.node)) {
        close(top.node)
        if (below !== undefined) bound.add(below)
      } else if (below !== undefined) lower(lowest, below, lowest.get(top.node) ?? 0)
    }
  }
  return found
}

function lower<T>(lowest: Map<T, number>, node: T, to: number): void {
  lowest.set(node, Math.min(lowest.get(node) ?? to, to))
}
