import { beginLegs, type Legs, type LegStep, patienceMs, transition } from '../../domain/legs/legs.ts'
import { type CallStrategy, legRule } from '../../domain/legs/strategy.ts'
import type { LegModel, OpenParallelOutcome } from '../../activities/parallel-calls.ts'
import { LegRunner, type LegSurroundings } from './leg-runner.ts'
import type { CallDesks } from '../saga/hindrance.ts'
import type { CallEnd } from '../../domain/call-result.ts'
import { CancellationScope } from '@temporalio/workflow'
import type { DurableCall } from '../saga/call-saga.ts'
import type { LegBoard } from './leg-board.ts'
import { bookkeeping } from '../activity-proxies.ts'
import { parallelEnd } from '../../domain/legs/parallel-end.ts'
import { readCallEnd } from '../saga/read-call-end.ts'
import { refusedEnd } from '../saga/call-end.ts'
import { stepOperationId } from '../../domain/ids.ts'
import { toJson } from '../../domain/json.ts'

/**
 * One call that is asked of several models: each leg is an operation of its own, with its own attempts and
 * reservations. Ends in a value when every leg that was asked is settled, whatever happens: those that are not needed,
 * and all of them when the surrounding scope is cancelled, are stopped first.
 */
export async function callInParallel(
  call: DurableCall,
  strategy: CallStrategy,
  desks: CallDesks,
  board: LegBoard,
): Promise<CallEnd> {
  const { operationId } = call
  const opened = await shielded(() => bookkeeping.openParallelCall({ ...call, strategy }))
  if (opened.status !== 'opened') return endUnopened(operationId, opened)
  const end = CancellationScope.current().consideredCancelled
    ? refusedEnd(operationId, 'cancelled', 'the call was cancelled before any model was asked', [])
    : await runLegs(call, opened.models, { rule: legRule(strategy), desks, board })
  await shielded(() =>
    bookkeeping.endParallelCall({ operationId, status: statusOf(end), result: toJson(end) }),
  )
  return end
}

async function runLegs(
  call: DurableCall,
  models: readonly LegModel[],
  surroundings: LegSurroundings,
): Promise<CallEnd> {
  const { rule, board } = surroundings
  const legs = models.map((model, index) => ({ ...model, call: legCall(call, model, index) }))
  const runner = new LegRunner(legs, surroundings)
  board.begin(models)
  let state = carryOut(beginLegs(rule, models.length), runner)
  while (state.phase === 'asking') {
    state = carryOut(transition(state, await runner.next(patienceMs(state))), runner)
  }
  await runner.settle()
  if (state.phase === 'won') board.show(state.winner, 'answered, chosen')
  return parallelEnd(call.operationId, state, runner.ended)
}

function carryOut({ state, start, cancel }: LegStep, runner: LegRunner): Legs {
  for (const leg of cancel) runner.cancel(leg)
  for (const leg of start) runner.start(leg)
  return state
}

/** The call of one leg. It belongs to the call's workflow, so that the sweeper knows which run to ask about. */
function legCall(call: DurableCall, { model }: LegModel, index: number): DurableCall {
  const { seed, ...request } = call.request
  return {
    ...call,
    operationId: stepOperationId(call.operationId, `leg-${index + 1}`),
    kind: 'leg',
    taskId: call.operationId,
    // Two copies on one model are to be two opinions.
    request: { ...request, model, ...(seed === undefined ? {} : { seed: seed + index }) },
  }
}

function endUnopened(
  operationId: string,
  outcome: Exclude<OpenParallelOutcome, { status: 'opened' }>,
): CallEnd {
  switch (outcome.status) {
    case 'ended':
      return readCallEnd(outcome.result)
    case 'rejected':
      return refusedEnd(operationId, 'rejected', outcome.reason, [])
    case 'conflict':
      return refusedEnd(
        operationId,
        'conflict',
        'this id was used before with another request; use a new id for a new request',
        [],
      )
  }
}

function statusOf(end: CallEnd): 'completed' | 'failed' | 'cancelled' {
  if (end.status === 'answered') return 'completed'
  return end.refusal.kind === 'cancelled' ? 'cancelled' : 'failed'
}

/** What is begun in the ledger is finished there, whoever is cancelled. */
function shielded<Result>(work: () => Promise<Result>): Promise<Result> {
  return CancellationScope.nonCancellable(work)
}
