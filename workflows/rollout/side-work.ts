import { CancellationScope } from '@temporalio/workflow'

interface Running {
  readonly scope: CancellationScope
  readonly ended: Promise<void>
}

/** Work that goes on beside the rollout's own steps, each kind at most once at a time. */
export class SideWork<Kind extends string> {
  readonly #running = new Map<Kind, Running>()
  readonly #onEnd: () => void

  /** @param onEnd told when one has ended */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
  }

  get isIdle(): boolean {
    return this.#running.size === 0
  }

  /** Does nothing while the same runs. What the work rejects with is lost. */
  start(kind: Kind, work: () => Promise<void>): void {
    if (this.#running.has(kind)) return
    const scope = new CancellationScope({ cancellable: true })
    const forget = (): void => {
      this.#running.delete(kind)
      this.#onEnd()
    }
    const ended = scope.run(work).then(forget, forget)
    this.#running.set(kind, { scope, ended })
  }

  /** Waits until it has really stopped. */
  async stop(kind: Kind): Promise<void> {
    const running = this.#running.get(kind)
    running?.scope.cancel()
    await running?.ended
  }
}
