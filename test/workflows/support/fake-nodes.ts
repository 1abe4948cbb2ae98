import type { HostedVersion, NodeGpu, VersionName } from '../../../domain/nodes/node.ts'
import type { NodeStore } from '../../../store/routing/nodes.ts'

/** Nodes that do what they are told at their next announcement. */
export class FakeNodes {
  readonly #store: NodeStore
  readonly #name: VersionName
  readonly #phases: Readonly<Record<string, HostedVersion['phase']>>
  readonly #gpus: Readonly<Record<string, NodeGpu>>
  /** Every change of what a node held: `a drops m`. */
  readonly seen: string[] = []
  #held = new Set<string>()
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(
    store: NodeStore,
    name: VersionName,
    phases: Readonly<Record<string, HostedVersion['phase']>>,
    gpus: Readonly<Record<string, NodeGpu>> = {},
  ) {
    this.#store = store
    this.#name = name
    this.#phases = phases
    this.#gpus = gpus
  }

  async start(holders: readonly string[]): Promise<void> {
    this.#held = new Set(holders)
    await this.#announce()
    await this.#store.giveBack(this.#name, holders, 'switchyard')
    this.#timer = setInterval(() => void this.#announce().catch(() => undefined), 200)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #announce(): Promise<void> {
    for (const [nodeId, phase] of Object.entries(this.#phases)) {
      const gpu = this.#gpus[nodeId]
      const version: HostedVersion = { ...this.#name, phase, slots: 1, busySlots: 0, queuedCalls: 0 }
      const orders = await this.#store.announce(
        {
          nodeId,
          startedAtMs: 1,
          memoryBytes: 100,
          freeMemoryBytes: 100,
          versions: this.#held.has(nodeId) ? [version] : [],
          ...(gpu === undefined ? {} : { gpu }),
        },
        () => ({ add: [], remove: [], refused: [] }),
      )
      if (orders.status === 'accepted' && this.#timer !== undefined)
        this.#follow(nodeId, orders.wanted.length > 0)
    }
  }

  #follow(nodeId: string, isWanted: boolean): void {
    if (isWanted === this.#held.has(nodeId)) return
    this.seen.push(`${nodeId} ${isWanted ? 'loads' : 'drops'}`)
    if (isWanted) this.#held.add(nodeId)
    else this.#held.delete(nodeId)
  }
}
