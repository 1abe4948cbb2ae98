/** One node of a dependency graph, as it is written down. */
export interface GraphNode {
  readonly id: string
  readonly dependsOn: readonly string[]
}

/**
 * A dependency graph by position in the list that it was read from. Edges to unknown ids are left out, repeated
 * ones count once, and of nodes that share an id the first one is meant.
 */
export interface IndexedGraph {
  readonly indexOf: ReadonlyMap<string, number>
  readonly dependencies: readonly (readonly number[])[]
  readonly dependents: readonly (readonly number[])[]
}

/** Resolves ids to positions once, in O(nodes + edges). */
export function indexGraph(nodes: readonly GraphNode[]): IndexedGraph {
  const indexOf = new Map<string, number>()
  nodes.forEach(({ id }, index) => {
    if (!indexOf.has(id)) indexOf.set(id, index)
  })
  const dependencies = nodes.map(({ dependsOn }) =>
    [...new Set(dependsOn)].flatMap((id) => indexOf.get(id) ?? []),
  )
  const dependents: number[][] = nodes.map(() => [])
  dependencies.forEach((list, index) => {
    for (const dependency of list) dependents[dependency]?.push(index)
  })
  return { indexOf, dependencies, dependents }
}

/** Positions so that dependencies come first (Kahn). Nodes on a cycle, or behind one, are missing. */
export function topologicalOrder({ dependencies, dependents }: IndexedGraph): readonly number[] {
  const missing = dependencies.map((list) => list.length)
  const order = missing.flatMap((count, index) => (count === 0 ? [index] : []))
  // The list grows while it is read: it is the queue and the result at once.
  for (const index of order) {
    for (const dependent of dependents[index] ?? []) {
      const left = (missing[dependent] ?? 0) - 1
      missing[dependent] = left
      if (left === 0) order.push(dependent)
    }
  }
  return order
}

/** Positions of one cycle along its dependencies, first node repeated at the end; `undefined` without a cycle. */
export function findCycle(graph: IndexedGraph): readonly number[] | undefined {
  const ordered = new Set(topologicalOrder(graph))
  // Every node that is left waits for another one that is left, so that the walk must come back to itself.
  const waiting = (index: number): boolean => !ordered.has(index)
  let current = graph.dependencies.findIndex((_, index) => waiting(index))
  if (current === -1) return undefined
  const stepOf = new Map<number, number>()
  while (!stepOf.has(current)) {
    stepOf.set(current, stepOf.size)
    current = graph.dependencies[current]?.find(waiting) ?? current
  }
  return [...[...stepOf.keys()].slice(stepOf.get(current)), current]
}
