import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  rootCause,
  workflowInfo,
} from '@temporalio/workflow'
import type { RolloutAction } from '../../domain/rollout/machine/events.ts'
import { isMeasured } from '../../domain/rollout/machine/tick.ts'
import type { CountGuard, Guard } from '../../domain/rollout/guards.ts'
import { DEFAULT_THRESHOLDS } from '../../domain/rollout/evidence/thresholds.ts'
import type { RolloutState } from '../../domain/rollout/state.ts'
import type { RolloutPlan } from '../../domain/rollout/strategy.ts'
import { prepareVersion, releaseVersion, rolloutReadings } from '../activity-proxies.ts'
import type { Happening, RolloutBoard } from './rollout-board.ts'
import type { RolloutLease, TrafficAnswer } from './rollout-lease.ts'
import { SideWork } from './side-work.ts'
import type { VersionWatch } from './version-watch.ts'

type Action<Kind extends RolloutAction['kind']> = Extract<RolloutAction, { kind: Kind }>

/** Carries out what the rollout decides, and tells it what became of that. */
export class RolloutHands {
  readonly #board: RolloutBoard
  readonly #lease: RolloutLease
  readonly #watch: VersionWatch
  readonly #side: SideWork<'prepare' | 'read' | 'renew'>
  #readings = 0

  constructor(board: RolloutBoard, lease: RolloutLease, watch: VersionWatch) {
    this.#board = board
    this.#lease = lease
    this.#watch = watch
    this.#side = new SideWork(() => {
      board.stir()
    })
  }

  get isIdle(): boolean {
    return this.#side.isIdle
  }

  /** Readings of the counts in this run. */
  get readings(): number {
    return this.#readings
  }

  /** Does everything that was decided, in its order. */
  async carryOut(): Promise<void> {
    for (;;) {
      // While it runs it would have a version loaded again that is taken back.
      // oxlint-disable-next-line no-await-in-loop
      if (this.#board.state.stage.phase !== 'preparing') await this.#side.stop('prepare')
      const action = this.#board.takeAction()
      if (action === undefined) return
      // oxlint-disable-next-line no-await-in-loop -- shares are set in the order in which they were decided
      await this.#do(action)
    }
  }

  /** Renews the lease when it is time. */
  upkeep(): void {
    if (Date.now() < this.#lease.renewAtMs) return
    this.#side.start('renew', async () => {
      this.#loseIfRefused(await this.#lease.renew())
    })
  }

  async #do(action: RolloutAction): Promise<void> {
    switch (action.kind) {
      case 'take-lease':
        return this.#takeLease()
      case 'prepare':
        return this.#prepare(action)
      case 'set-shares':
        return this.#setShares(action)
      case 'revert':
        return this.#revert(action)
      case 'read-counts':
        this.#read(action)
        return
      case 'evaluate':
        this.#board.feed({ ...evaluationOf(action), kind: 'evaluation-finished' })
        return
      case 'unload':
        await this.#unload(action)
        return
      case 'release-lease':
        return this.#lease.release(outcomeOf(this.#board.state))
      case 'ask-person':
        // The board shows the question.
        return
    }
  }

  /** Before a retry; what it would return to must still be what it was. */
  async #takeLease(): Promise<void> {
    const { plan } = this.#board.state
    const answer = await this.#lease.take(plan.canaryVersion)
    this.#loseIfRefused(answer)
    if (!('state' in answer) || answer.state.stableVersion === plan.stableVersion) return
    await this.#lease.release('kept')
    const reason = `${answer.state.stableVersion} has become the stable version meanwhile; start a new rollout`
    this.#board.feed({ kind: 'lease-lost', reason })
  }

  async #prepare({ version }: Action<'prepare'>): Promise<void> {
    const { plan, stage } = this.#board.state
    if (stage.phase !== 'preparing') return
    // That of an earlier try.
    await this.#side.stop('prepare')
    this.#side.start('prepare', async () => {
      const happened = await prepareIn(plan, version).catch((error: unknown) =>
        isCancellation(error) ? undefined : ({ kind: 'preparing-failed', reason: reasonOf(error) } as const),
      )
      if (happened !== undefined) this.#board.feed(happened)
    })
  }

  /** What was tried goes from where it was put for that; what was replaced goes altogether. */
  async #unload({ version }: Action<'unload'>): Promise<void> {
    const { model, canaryVersion } = this.#board.state.plan
    const by = version === canaryVersion ? { by: workflowInfo().workflowId } : {}
    await releaseVersion({ model, version, ...by })
  }

  async #setShares({ change, canaryPercent, mirrorPercent }: Action<'set-shares'>): Promise<void> {
    // Another change was decided before this one was made.
    if (change !== this.#board.state.change) return
    this.#applied(change, await this.#lease.setShares(change, canaryPercent, mirrorPercent))
  }

  async #revert({ change }: Action<'revert'>): Promise<void> {
    this.#applied(change, await this.#lease.revert(change))
  }

  #applied(change: number, answer: TrafficAnswer): void {
    this.#loseIfRefused(answer)
    if ('state' in answer) this.#board.feed({ kind: 'shares-applied', change })
  }

  #loseIfRefused(answer: TrafficAnswer): void {
    if (!('refusal' in answer)) return
    this.#lease.lose()
    this.#board.feed({ kind: 'lease-lost', reason: answer.refusal })
  }

  #read({ fromMs }: Action<'read-counts'>): void {
    this.#side.start('read', async () => {
      this.#readings++
      await Promise.all([this.#readCounts(fromMs), this.#checkVersion(fromMs)])
    })
  }

  async #readCounts(fromMs: number): Promise<void> {
    const { plan, limitsMs } = this.#board.state
    const { model, stableVersion, canaryVersion } = plan
    const input = {
      model,
      stableVersion,
      canaryVersion,
      fromMs,
      limitsMs,
      guards: countGuards(plan.guards),
      windowMs: (plan.thresholds ?? DEFAULT_THRESHOLDS).windowMs,
    }
    try {
      const reading = await rolloutReadings.readRolloutCounts(input)
      if (this.#isOfThisTry(fromMs)) this.#board.feed({ kind: 'counts-observed', ...reading })
    } catch (error) {
      if (this.#isOfThisTry(fromMs)) this.#board.feed({ kind: 'counts-missing', reason: reasonOf(error) })
    }
  }

  /** A look that fails says nothing about the version. */
  async #checkVersion(fromMs: number): Promise<void> {
    const { model, canaryVersion: version } = this.#board.state.plan
    const health = await rolloutReadings.versionHealth({ model, version }).catch(() => undefined)
    if (health === undefined || !this.#isOfThisTry(fromMs)) return
    const reason = this.#watch.see(health, Date.now())
    if (reason === undefined || !isMeasured(this.#board.state.stage)) return
    this.#board.feed({ kind: 'version-lost', reason })
  }

  #isOfThisTry(fromMs: number): boolean {
    return this.#board.state.countFromMs === fromMs
  }
}

/** Has the version loaded, and freezes the limits that the stable arm sets at this moment. */
async function prepareIn(plan: RolloutPlan, version: string): Promise<Happening> {
  const { model, stableVersion, guards, prepareDeadlineMs } = plan
  const by = workflowInfo().workflowId
  const prepared = await prepareVersion({ model, version, by }, prepareDeadlineMs)
  if (prepared.status === 'failed') return { kind: 'preparing-failed', reason: prepared.reason }
  const limitsMs = await rolloutReadings.readRolloutLimits({
    model,
    version: stableVersion,
    guards: countGuards(guards),
  })
  return { kind: 'prepared', limitsMs }
}

/** Refused when a rollout starts; one that comes all the same has not passed. */
function evaluationOf({ index, tryNumber, suite }: Action<'evaluate'>) {
  return { index, tryNumber, hasPassed: false, summary: `nothing here can run the suite ${suite}` }
}

function outcomeOf({ stage }: RolloutState): 'kept' | 'failed' | 'rolled-back' {
  if (stage.phase === 'completed') return 'kept'
  return stage.phase === 'failed' ? 'failed' : 'rolled-back'
}

function countGuards(guards: readonly Guard[]): readonly CountGuard[] {
  return guards.filter((guard) => guard.kind === 'count')
}

function reasonOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? (error.cause ?? error) : error
  return (cause instanceof ApplicationFailure ? cause.message : rootCause(cause)) ?? String(cause)
}
