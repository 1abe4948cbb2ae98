import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow'
import { type CallDesks, describeHindrance } from '../saga/hindrance.ts'
import { judgeAnswer, type JudgedAnswer } from './judge-answer.ts'
import type { CallEnd } from '../../domain/call-result.ts'
import { callDurably } from '../saga/durable-call.ts'
import type { DurableCall } from '../saga/call-saga.ts'
import type { EndedLeg } from '../../domain/legs/parallel-end.ts'
import type { LegBoard } from './leg-board.ts'
import type { LegEvent } from '../../domain/legs/legs.ts'
import type { LegModel } from '../../activities/parallel-calls.ts'
import type { LegRule } from '../../domain/legs/strategy.ts'

/** The call of one leg, and whom it asks. */
export interface Leg extends LegModel {
  readonly call: DurableCall
}

/** What running legs share. */
export interface LegSurroundings {
  readonly rule: LegRule
  readonly desks: CallDesks
  readonly board: LegBoard
}

/** Asks and stops legs, and tells what becomes of them. Carries out; decides nothing. */
export class LegRunner {
  /** By index; `undefined` while a leg runs or was never asked. */
  readonly ended: (EndedLeg | undefined)[]
  readonly #legs: readonly Leg[]
  readonly #surroundings: LegSurroundings
  readonly #scopes = new Map<number, CancellationScope>()
  readonly #runs: Promise<unknown>[] = []
  readonly #inbox: LegEvent[] = []
  #crash: { readonly error: unknown } | undefined
  #lastStartMs = 0

  constructor(legs: readonly Leg[], surroundings: LegSurroundings) {
    this.#legs = legs
    this.#surroundings = surroundings
    this.ended = legs.map(() => undefined)
  }

  /** Asks a leg in a scope of its own, below the current one. */
  start(index: number): void {
    const leg = this.#legs[index]
    if (leg === undefined) throw new Error(`there is no leg ${index}`)
    const scope = new CancellationScope()
    this.#scopes.set(index, scope)
    this.#lastStartMs = Date.now()
    const run = scope.run(() => this.#run(leg, index))
    this.#runs.push(
      run.then(
        (event) => this.#inbox.push(event),
        (error: unknown) => {
          // Nothing that a leg may end with: the others are stopped and settled before it is thrown.
          this.#crash ??= { error }
          this.#inbox.push({ type: 'call-cancelled' })
        },
      ),
    )
  }

  /** Stops a leg; it settles what it has open and ends. */
  cancel(index: number): void {
    this.#scopes.get(index)?.cancel()
  }

  /** What happens next. @param patienceMs since the last start, after which somebody wants to know */
  async next(patienceMs: number | undefined): Promise<LegEvent> {
    if (CancellationScope.current().consideredCancelled) return { type: 'call-cancelled' }
    try {
      await this.#somethingArrives(patienceMs)
    } catch (error) {
      if (isCancellation(error)) return { type: 'call-cancelled' }
      throw error
    }
    return this.#inbox.shift() ?? { type: 'patience-ended' }
  }

  /** Waits until every leg that was asked has settled its attempts, also when the call is cancelled meanwhile. */
  async settle(): Promise<void> {
    await Promise.all(this.#runs)
    if (this.#crash !== undefined) throw this.#crash.error
  }

  async #somethingArrives(patienceMs: number | undefined): Promise<void> {
    const hasArrived = (): boolean => this.#inbox.length > 0
    if (patienceMs === undefined) await condition(hasArrived)
    else await condition(hasArrived, Math.max(1, this.#lastStartMs + patienceMs - Date.now()))
  }

  async #run({ call, model, version }: Leg, index: number): Promise<LegEvent> {
    const { board, desks } = this.#surroundings
    board.show(index, 'asked')
    const end = await callDurably(call, desks, {
      attemptStarted: () => board.show(index, 'calling'),
      waits: (hindrance) => board.show(index, describeHindrance(hindrance)),
    })
    const leg: EndedLeg = { operationId: call.operationId, model, version, end }
    this.ended[index] = leg
    if (end.status === 'refused') {
      board.show(index, end.refusal.kind === 'cancelled' ? 'stopped' : `failed: ${end.refusal.kind}`, end)
      return { type: 'leg-failed', leg: index }
    }
    const { verdict, excerpt } = await this.#judge(end, call)
    if (excerpt !== undefined) this.ended[index] = { ...leg, excerpt }
    board.show(index, verdict.isGood ? 'answered' : 'answered, not usable', end)
    return { type: 'leg-answered', leg: index, verdict }
  }

  async #judge(
    { result }: Extract<CallEnd, { status: 'answered' }>,
    { request }: DurableCall,
  ): Promise<JudgedAnswer> {
    try {
      // Not stopped with its leg: cancelling a local activity in the task in which it ends breaks the workflow's replay.
      return await CancellationScope.nonCancellable(() =>
        judgeAnswer(result.answer, this.#surroundings.rule, request),
      )
    } catch (error) {
      // Its text cannot be fetched: the answer is paid for, but nobody can say what it is worth.
      if (error instanceof ActivityFailure) return { verdict: { isGood: false } }
      throw error
    }
  }
}
