import { EXIT_CODES } from './cli-error.ts'

/** Whether Ctrl-C or a SIGTERM came. */
export interface Interrupt {
  readonly signal: AbortSignal
  /** Resolves when it comes. */
  readonly came: Promise<void>
  /** Gives the signals back; from then on they end the process as usual. */
  release(): void
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** One Ctrl-C may come twice: from the terminal, and passed on by the process above. */
const SAME_PRESS_MS = 500

/** Listens for Ctrl-C and SIGTERM. The second one ends the process at once. */
export function listenForInterrupt(): Interrupt {
  const controller = new AbortController()
  const came = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => {
      resolve()
    })
  })
  let firstAt = 0
  const onSignal = (): void => {
    if (!controller.signal.aborted) {
      firstAt = performance.now()
      controller.abort()
    } else if (performance.now() - firstAt > SAME_PRESS_MS) {
      process.exit(EXIT_CODES.interrupted)
    }
  }
  for (const name of SIGNALS) process.on(name, onSignal)
  return {
    signal: controller.signal,
    came,
    release: () => {
      for (const name of SIGNALS) process.off(name, onSignal)
    },
  }
}

/** Waits for the work or the interrupt, whichever is first. */
export async function orInterrupted<Value>(
  work: Promise<Value>,
  { came }: Interrupt,
): Promise<{ readonly value: Value } | 'interrupted'> {
  // Nobody listens any more when the work fails after the interrupt.
  work.catch(() => {})
  return Promise.race([work.then((value) => ({ value })), came.then(() => 'interrupted' as const)])
}
