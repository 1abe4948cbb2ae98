import { setTimeout as sleep } from 'node:timers/promises'
import type { NodeProcess, ProcessEnd } from '../support/child-process.ts'
import { until } from '../support/until.ts'

/** Something that can be killed and comes back by itself. */
export interface Target {
  /** SIGKILL; returns when it is gone. When it is down already, waits until it is back first. */
  kill(): Promise<void>
  /** Waits until it serves again. */
  isBack(): Promise<void>
}

/** A process that is started again whenever it ends, as a supervisor does. */
export interface Supervised extends Target {
  /** How it ended when nobody had killed it. */
  readonly unexpectedEnds: readonly string[]
  /** Everything that its processes have printed. */
  output(): string
  /** Ends it for good: SIGTERM lets it end in order. */
  stop(signal: NodeJS.Signals): Promise<ProcessEnd>
}

export interface SuperviseOptions {
  readonly name: string
  readonly start: () => NodeProcess
  /** What it prints when it serves. */
  readonly servingWords: string
  /** Kills it, or a part of it that comes back by itself; `dies` tells of the first. Default: itself. */
  readonly kill?: (process: NodeProcess, dies: () => void) => Promise<void>
}

/** Between an end and the next start, in milliseconds. */
export const RESTART_MS = 1_000

/** A busy machine starts slowly; after a whole outage a worker tries again every two seconds. */
const SERVES_WITHIN = { timeoutMs: 120_000, intervalMs: 50 }

/** Of what a process printed last. */
const LAST_LINES = 4

export function supervise(options: SuperviseOptions): Supervised {
  const { name, start, servingWords, kill = killWhole } = options
  const unexpectedEnds: string[] = []
  const outputs: string[] = []
  let current = start()
  let isWanted = true
  let isKilled = false
  let earlierServed = 0
  let servedBefore = 0
  const countServed = (one: NodeProcess) => one.output().split(servingWords).length - 1

  const keepRunning = async (): Promise<void> => {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one life after the other
      const { code, signal } = await current.ended
      if (!isWanted) return
      if (!isKilled) {
        const lastWords = current.output().trimEnd().split('\n').slice(-LAST_LINES).join('\n')
        unexpectedEnds.push(
          `${name} ended by itself (${signal ?? `exit code ${String(code)}`}):\n${lastWords}`,
        )
      }
      isKilled = false
      // oxlint-disable-next-line no-await-in-loop
      await sleep(RESTART_MS)
      if (!isWanted) return
      outputs.push(current.output())
      earlierServed += countServed(current)
      current = start()
    }
  }
  void keepRunning()

  const timesServed = () => earlierServed + countServed(current)
  const isBack = async (): Promise<void> => {
    await until(`${name} serves`, () => (timesServed() > servedBefore ? true : undefined), SERVES_WITHIN)
  }
  return {
    unexpectedEnds,
    output: () => [...outputs, current.output()].join(''),
    isBack,
    kill: async () => {
      await isBack()
      servedBefore = timesServed()
      await kill(current, () => (isKilled = true))
    },
    stop: async (signal) => {
      isWanted = false
      return current.end(signal)
    },
  }
}

async function killWhole(process: NodeProcess, dies: () => void): Promise<void> {
  dies()
  await process.end('SIGKILL')
}

/** A server that `kill` ends and `restart` brings back. */
export function createTarget(kill: () => Promise<() => Promise<void>>): Target {
  let back = Promise.resolve()
  return {
    kill: async () => {
      await back
      const restart = await kill()
      back = sleep(RESTART_MS).then(restart)
      // Whoever waits for it hears of a failure.
      back.catch(() => {})
    },
    isBack: () => back,
  }
}
