/** A queue: lower priorities first, and in order of arrival within a priority. */
export interface RequestQueue<Item> {
  readonly size: number
  readonly items: readonly Item[]
  push(item: Item): void
  shift(): Item | undefined
  /** Takes an item out, wherever it stands. */
  remove(item: Item): void
}

/** What the queue orders by. `arrival` grows with every request. */
export interface Queueable {
  readonly priority: number
  readonly arrival: number
}

/** Creates an empty queue. */
export function createRequestQueue<Item extends Queueable>(): RequestQueue<Item> {
  const items: Item[] = []
  return {
    get size() {
      return items.length
    },
    items,
    push(item) {
      const index = items.findIndex((other) => isBefore(item, other))
      items.splice(index === -1 ? items.length : index, 0, item)
    },
    shift: () => items.shift(),
    remove(item) {
      const index = items.indexOf(item)
      if (index !== -1) items.splice(index, 1)
    },
  }
}

function isBefore(left: Queueable, right: Queueable): boolean {
  return left.priority === right.priority ? left.arrival < right.arrival : left.priority < right.priority
}
