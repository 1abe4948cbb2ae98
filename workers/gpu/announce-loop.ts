import { ANNOUNCE_INTERVAL_MS } from '../../domain/nodes/known-node.ts'
import type { AnnounceNode } from './announce-node.ts'
import type { NodeAnnouncement } from '../../domain/nodes/node.ts'
import type { NodeOrders } from '../../domain/nodes/node-orders.ts'

export interface AnnounceLoopOptions {
  readonly describe: () => Promise<NodeAnnouncement>
  readonly announce: AnnounceNode
  readonly onOrders: (orders: NodeOrders) => void
  /** The orchestrators could not be told. */
  readonly onSilence: (error: unknown) => void
  /** Waits; ends early when `signal` is aborted. Never rejects. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Announces a node at once, every few seconds, and whenever something has changed. */
export interface AnnounceLoop {
  /** Something has changed. */
  nudge(): void
  /** Resolves when what holds now has been announced, as soon as somebody listens. */
  announced(): Promise<void>
  /** Announces once more, waits for that for a moment, and ends. */
  stop(): Promise<void>
}

/** Without an orchestrator nobody hears the last announcement, and the node is gone after a while anyway. */
const LAST_WORD_MS = 2_000

/** Starts announcing. One announcement is under way at a time; changes meanwhile are told by the next. */
export function startAnnouncing(options: AnnounceLoopOptions): AnnounceLoop {
  let changes = 0
  let told = -1
  let isStopping = false
  let wake = new AbortController()
  let waiters: { readonly change: number; readonly resolve: () => void }[] = []

  const announceOnce = async (): Promise<void> => {
    const change = changes
    try {
      const orders = await options.announce(await options.describe())
      told = change
      options.onOrders(orders)
      waiters.filter((waiter) => waiter.change <= told).forEach(({ resolve }) => resolve())
      waiters = waiters.filter((waiter) => waiter.change > told)
    } catch (error) {
      options.onSilence(error)
    }
  }

  const run = async (): Promise<void> => {
    for (let isLast = false; ;) {
      isLast = isStopping
      const change = changes
      wake = new AbortController()
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await announceOnce()
      if (isLast) return
      // oxlint-disable-next-line no-await-in-loop
      if (change === changes) await options.pause(ANNOUNCE_INTERVAL_MS, wake.signal)
    }
  }
  const ended = run()
  const nudge = (): void => {
    changes += 1
    wake.abort()
  }
  return {
    nudge,
    announced: () => {
      changes += 1
      wake.abort()
      return new Promise((resolve) => waiters.push({ change: changes, resolve }))
    },
    stop: async () => {
      isStopping = true
      nudge()
      const given = new AbortController()
      await Promise.race([ended, options.pause(LAST_WORD_MS, given.signal)])
      given.abort()
    },
  }
}
