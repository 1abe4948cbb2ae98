import {
  ActivityFailure,
  type ApplicationFailure,
  CancellationScope,
  isCancellation,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { OptimisationInput, OptimisationReport } from './contract.ts'
import { invalidInput } from './inputs/invalid-input.ts'
import { isVersionAction, type OptimisationAction } from '../domain/optimisation/actions.ts'
import { MAINTENANCE_ATTRIBUTES } from './maintenance/search-attributes.ts'
import type { OpenedSubject } from '../domain/optimisation/opened.ts'
import { OptimisationBoard } from './optimisation/optimisation-board.ts'
import type { OptimisationRequest } from '../domain/optimisation/request.ts'
import type { OptimisationResult, OptimisationStatus } from '../domain/optimisation/result.ts'
import { optimisationPlan } from './optimisation-proxies.ts'
import { optimiseSystem } from './optimisation/optimise-system.ts'
import { readOptimiseInput } from './inputs/optimise-input.ts'
import { runOutcome } from '../domain/optimisation/trial-result.ts'
import { tryOnVersion } from './optimisation/version-trial.ts'

/** One action on one version, or on the system. */
interface Step {
  readonly action: OptimisationAction
  readonly model?: string
  readonly version?: string
  readonly carryOut: () => Promise<OptimisationResult>
}

/**
 * Tries what may make local models faster or the system leaner, off the serving path, with figures before and after, and keeps
 * what helped. What changes how answers are made is never applied to a serving host: it is proposed as a version of the catalog,
 * or, with `apply`, given to a rollout. From the Temporal UI: `{}`, or `{"model": "chat-small", "actions": ["concurrency"],
 * "dryRun": true, "by": "ada"}`. Cancelling it ends the shadow host.
 * @throws ApplicationFailure `InvalidInput` when it cannot start
 */
export async function optimise(input?: OptimisationInput): Promise<OptimisationReport> {
  const request = readOptimiseInput(input)
  const board = new OptimisationBoard()
  const { runId, workflowId } = workflowInfo()
  const opened = await optimisationPlan.openOptimisation({ runId, workflowId, request })
  if (opened.status === 'refused') throw invalidOptimisation(opened.problem)
  try {
    for (const step of stepsOf(request, opened.subjects, board)) {
      board.tell(
        step.model === undefined ? step.action : `${step.action} of ${step.model} ${step.version ?? ''}`,
      )
      // oxlint-disable-next-line no-await-in-loop -- one after the other, or they would disturb each other
      await board.add(await carryOut(step))
    }
  } catch (error) {
    await close(runId, isCancellation(error) ? 'cancelled' : 'failed')
    throw error
  }
  board.end()
  await close(runId, 'completed')
  const outcome = runOutcome(board.results)
  upsertSearchAttributes([{ key: MAINTENANCE_ATTRIBUTES.result, value: outcome }])
  return { outcome, results: board.results }
}

function stepsOf(
  request: OptimisationRequest,
  subjects: readonly OpenedSubject[],
  board: OptimisationBoard,
): readonly Step[] {
  return [...new Set(request.actions)].flatMap((action): readonly Step[] => {
    if (!isVersionAction(action)) return [{ action, carryOut: () => optimiseSystem(action, request) }]
    return subjects.map((opened) => ({
      action,
      model: opened.subject.model,
      version: opened.subject.version,
      carryOut: () => tryOnVersion({ board, request, action, opened }),
    }))
  })
}

/** What cannot be tried does not keep the rest from being tried. */
async function carryOut({ carryOut: work, ...named }: Step): Promise<OptimisationResult> {
  try {
    return await work()
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error
    const reason = error.cause?.message ?? error.message
    return { ...named, verdict: 'failed', reason, tried: [] }
  }
}

function close(runId: string, status: Exclude<OptimisationStatus, 'running'>): Promise<void> {
  return CancellationScope.nonCancellable(() => optimisationPlan.closeOptimisation({ runId, status }))
}

function invalidOptimisation(problem: string): ApplicationFailure {
  return invalidInput(`the optimisation cannot start: ${problem}`, [problem])
}
