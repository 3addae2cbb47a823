/** Finds where to cut a knot of dependencies. */

/**
 * A set of nodes that depend on one another, directly or not, and on no node outside of the set: a strongly connected
 * component without outgoing edges (Tarjan 1972), without recursion. `nodes` is not empty and each has a dependency among them.
 */
export function sourceCycle<T>(nodes: readonly T[], dependenciesOf: (node: T) => readonly T[]): T[] {
  const order = new Map<T, number>()
  const lowest = new Map<T, number>()
  const component: T[] = []
  const path: { node: T; next: T[] }[] = []
  const enter = (node: T): void => {
    order.set(node, order.size)
    lowest.set(node, order.size - 1)
    component.push(node)
    path.push({ node, next: [...dependenciesOf(node)] })
  }
  const [start] = nodes
  if (start !== undefined) enter(start)
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const dependency = top.next.pop()
    if (dependency !== undefined) {
      const seen = order.get(dependency)
      if (seen === undefined) enter(dependency)
      else lower(lowest, top.node, seen)
      continue
    }
    // The first component that closes can depend on nothing but itself.
    if (lowest.get(top.node) === order.get(top.node)) return component.slice(component.indexOf(top.node))
    path.pop()
    const below = path.at(-1)
    if (below !== undefined) lower(lowest, below.node, lowest.get(top.node) ?? 0)
  }
  return component
}

function lower<T>(lowest: Map<T, number>, node: T, to: number): void {
  lowest.set(node, Math.min(lowest.get(node) ?? to, to))
}
