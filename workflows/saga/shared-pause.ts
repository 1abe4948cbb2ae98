import { CancellationScope, condition, sleep } from '@temporalio/workflow'

interface Tick {
  readonly endsAtMs: number
  isOver: boolean
}

/**
 * A pause that many calls of one workflow take together: a thousand that wait for the same budget cost the history no
 * more timers than one. Whoever wants to wait longer than the pause under way is woken with the others; whoever wants
 * to wait less starts the next one. Ends with a cancellation of the surrounding scope.
 */
export function createSharedPause(): (durationMs: number) => Promise<void> {
  let current: Tick = { endsAtMs: 0, isOver: true }

  const start = (durationMs: number): Tick => {
    const tick: Tick = { endsAtMs: Date.now() + durationMs, isOver: false }
    // Of no single caller: it goes on when one of them is cancelled.
    void CancellationScope.nonCancellable(async () => {
      await sleep(durationMs)
      tick.isOver = true
    })
    return tick
  }

  return async (durationMs) => {
    if (current.isOver || current.endsAtMs > Date.now() + durationMs) current = start(durationMs)
    const tick = current
    await condition(() => tick.isOver)
  }
}
