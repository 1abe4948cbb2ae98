import { type CallMeter, createCallMeter } from './call-meter.ts'
import type { Engine, ServableVersion } from './engine.ts'
import type { HostedVersion, HostPhase, VersionName } from '../../domain/nodes/node.ts'
import { type VersionEvent, superviseVersion } from './supervise-version.ts'
import type { ModelProvider } from '../../providers/model-provider.ts'
import type { Readiness } from '../health-server.ts'
import type { RunningWorker } from '../running-worker.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'

export interface HoldVersionOptions {
  readonly version: ServableVersion
  /** Lets a worker poll the version's queue, with calls to this provider. */
  readonly startPolling: (version: ServableVersion, provider: ModelProvider) => Promise<RunningWorker>
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** What it may take when it starts, in bytes; absent: what the machine has free. */
  readonly availableMemoryBytes?: () => number
  /** Hears of every change of phase. */
  readonly onChange: (phase: HostPhase) => void
  readonly onEvent: (event: VersionEvent) => void
}

/** A version that a node has taken up. */
export interface VersionInHold extends VersionName {
  /** Whether it is on its way out. */
  isDraining(): boolean
  describe(): HostedVersion
  readiness(): Readiness
  /** Resolves when it serves for the first time; rejects when its first start fails. */
  readonly firstServing: Promise<void>
  /**
   * Stops polling, lets running calls end, then unloads. With `graceMs`, calls are cut off after that time, and made
   * again elsewhere. May be called again with less time.
   */
  stop(graceMs?: number): Promise<void>
}

/** How a version stands on this node. */
type State = Pick<HostedVersion, 'phase' | 'reason' | 'failures'>

/** What serves it in this round, from one start of its engine to the next. */
interface Round {
  readonly meter: CallMeter
  engine?: Engine
}

/** After calls were cut off: for them to report what they used. */
const CUT_OFF_MARGIN_MS = 5_000

/** Holds a version: has it loaded, served while it is healthy, and started again when its engine dies. */
export function holdVersion(options: HoldVersionOptions): VersionInHold {
  const { version } = options
  let state: State = { phase: 'loading' }
  let round: Round = { meter: createCallMeter() }
  let isDraining = false
  let told: HostPhase | undefined

  const tell = (phase: HostPhase): void => {
    if (phase === told) return
    told = phase
    options.onChange(phase)
  }
  const turn = (next: State): void => {
    state = next
    if (!isDraining) tell(next.phase)
  }
  const supervised = superviseVersion<Engine>({
    name: TASK_QUEUES.model(version.model, version.version),
    startHost: async () => {
      const current: Round = { meter: createCallMeter() }
      round = current
      turn({ ...state, phase: 'loading' })
      const engine = await version.start(
        (phase) => turn({ ...state, phase }),
        options.availableMemoryBytes?.(),
      )
      current.engine = engine
      void onExit(engine, ({ reason }) => {
        // Nothing that it runs can end well; without this a call that hangs would hold up the next start.
        current.meter.cutOff()
        if (state.phase === 'ready') turn({ ...state, phase: 'failed', reason })
      })
      turn({ ...state, phase: 'probing' })
      return engine
    },
    startPolling: ({ provider }) => options.startPolling(version, round.meter.wrap(provider)),
    pause: options.pause,
    ...(version.longestPauseMs === undefined ? {} : { longestPauseMs: version.longestPauseMs }),
    onEvent: (event) => {
      options.onEvent(event)
      if (event.type !== 'stopped') turn(afterEvent(state, event))
    },
  })
  return {
    model: version.model,
    version: version.version,
    isDraining: () => isDraining,
    describe: () => describeVersion(version, isDraining ? { phase: 'draining' } : state, round),
    readiness: () => supervised.readiness(),
    firstServing: supervised.firstServing,
    stop: async (graceMs) => {
      isDraining = true
      tell('draining')
      const stopTimers = graceMs === undefined ? () => {} : cutOffAfter(graceMs, () => round)
      await supervised.stop()
      stopTimers()
    },
  }
}

async function onExit(
  { exited }: Engine,
  listener: (exit: { readonly reason: string }) => void,
): Promise<void> {
  listener(await exited)
}

function afterEvent({ failures = 0 }: State, event: Exclude<VersionEvent, { type: 'stopped' }>): State {
  if (event.type === 'serving-began') return { phase: 'ready' }
  return { phase: 'failed', failures: failures + 1, reason: reasonOf(event) }
}

function reasonOf(event: Exclude<VersionEvent, { type: 'stopped' | 'serving-began' }>): string {
  if (event.type === 'host-died') return event.reason
  return event.error instanceof Error ? event.error.message : String(event.error)
}

/** Returns what calls it off. */
function cutOffAfter(graceMs: number, round: () => Round): () => void {
  const cutOff = setTimeout(() => round().meter.cutOff(), graceMs)
  const kill = setTimeout(() => round().engine?.kill('its calls did not stop'), graceMs + CUT_OFF_MARGIN_MS)
  return () => {
    clearTimeout(cutOff)
    clearTimeout(kill)
  }
}

function describeVersion(
  { model, version, slots }: ServableVersion,
  state: State,
  { engine, meter }: Round,
): HostedVersion {
  const queuedCalls = engine?.queuedCalls() ?? 0
  const memoryBytes = engine?.memoryBytes()
  const load = engine?.load?.()
  const tokensPerSecond = meter.tokensPerSecond()
  return {
    model,
    version,
    ...state,
    slots,
    busySlots: Math.min(slots, Math.max(0, meter.busy() - queuedCalls)),
    queuedCalls,
    ...(tokensPerSecond === undefined ? {} : { tokensPerSecond }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(load === undefined ? {} : { load }),
  }
}
