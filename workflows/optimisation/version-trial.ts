import { AS_IT_IS, sweptSettings } from '../../domain/optimisation/candidates.ts'
import { baselineOf, runRounds } from './run-rounds.ts'
import { optimisationPlan, scoreWeights } from '../optimisation-proxies.ts'
import type { OptimisationResult, Proposal } from '../../domain/optimisation/result.ts'
import { trialResult, untriedResult } from '../../domain/optimisation/trial-result.ts'
import { decideTrial } from '../../domain/optimisation/decide-trial.ts'
import { decideWeights } from '../../domain/optimisation/compare-weights.ts'
import type { OpenedSubject } from '../../domain/optimisation/opened.ts'
import type { OptimisationBoard } from './optimisation-board.ts'
import type { OptimisationRequest } from '../../domain/optimisation/request.ts'
import { REFERENCE_TEXTS } from '../../domain/optimisation/reference-texts.ts'
import { rolloutCommand } from '../../domain/optimisation/propose-version.ts'
import { startProposedRollout } from './start-proposed-rollout.ts'
import type { VersionAction } from '../../domain/optimisation/actions.ts'

export interface VersionTrial {
  readonly board: OptimisationBoard
  readonly request: OptimisationRequest
  readonly action: VersionAction
  readonly opened: OpenedSubject
}

/** Tries one kind of change on one version, off the serving path. */
export async function tryOnVersion(trial: VersionTrial): Promise<OptimisationResult> {
  const { action, opened } = trial
  const { subject, nodeId } = opened
  if (nodeId === undefined) {
    const reason = 'no GPU node with its weights is there'
    return untriedResult('failed', { action, subject, reason })
  }
  return action === 'quantisation' ? compareWeights(trial, nodeId) : sweep(trial, action, nodeId)
}

async function sweep(
  { board, request, opened }: VersionTrial,
  action: Exclude<VersionAction, 'quantisation'>,
  nodeId: string,
): Promise<OptimisationResult> {
  const { subject } = opened
  const settings = sweptSettings(action, subject, request)
  if (settings.length === 0) {
    return untriedResult('unchanged', { action, subject, reason: 'what was to be tried is what stands' })
  }
  const rounds = await runRounds({
    board,
    title: titleOf(action, opened),
    nodeId,
    baseline: baselineOf(subject),
    candidates: settings.map(({ name, tuning }) => ({ name, subject: { ...subject, tuning } })),
    rounds: request.rounds,
    // The first request is all that a warm-up is for.
    load: action === 'warm-up' ? { ...request.load, requests: 1, parallel: 1 } : request.load,
  })
  const candidates = settings.map(({ name }) => name)
  const goal = action === 'warm-up' ? 'first-token' : 'throughput'
  const decision = decideTrial({ goal, baseline: AS_IT_IS, candidates, rounds }, request)
  const best = settings.find(({ name }) => name === decision.best)
  const end = { action, subject, nodeId, decision }
  if (best === undefined) return trialResult(end)
  const proposal = await optimisationPlan.proposeSetting({ subject, tuning: best.tuning })
  return trialResult({ ...end, proposal: await carryOut(proposal, { board, request, opened }, action) })
}

async function compareWeights(trial: VersionTrial, nodeId: string): Promise<OptimisationResult> {
  const { board, request, opened } = trial
  const { subject, others } = opened
  const action = 'quantisation'
  if (others.length === 0) {
    return untriedResult('unchanged', {
      action,
      subject,
      reason: 'it has no other version with other weights',
    })
  }
  const title = titleOf(action, opened)
  const baseline = baselineOf(subject, subject.version)
  const candidates = others.map((other) => ({ name: other.version, subject: other }))
  board.tell(`${title}: quality`)
  const texts = request.texts ?? REFERENCE_TEXTS
  const { scores } = await scoreWeights({ settings: [baseline, ...candidates], texts }, nodeId, title)
  const rounds = await runRounds({
    board,
    title,
    nodeId,
    baseline,
    candidates,
    rounds: request.rounds,
    load: request.load,
  })
  const names = candidates.map(({ name }) => name)
  const decision = decideWeights(
    { trial: { goal: 'throughput', baseline: baseline.name, candidates: names, rounds }, scores },
    request,
  )
  const end = { action, subject, nodeId, decision } as const
  if (decision.best === undefined) return trialResult(end)
  const proposal = { version: decision.best, command: rolloutCommand(subject.model, decision.best) }
  return trialResult({ ...end, proposal: await carryOut(proposal, trial, action) })
}

/** Starts the rollout where it is wanted and the catalog has the version; one for each model, the others wait for people. */
async function carryOut(
  proposal: Proposal,
  { board, request, opened }: Pick<VersionTrial, 'board' | 'request' | 'opened'>,
  action: VersionAction,
): Promise<Proposal> {
  const { model } = opened.subject
  const isTaken = board.results.some((result) => result.model === model && result.verdict === 'rolling-out')
  if (!request.apply || request.dryRun || proposal.snippet !== undefined || isTaken) return proposal
  return { ...proposal, rolloutId: await startProposedRollout(model, proposal.version, action, request.by) }
}

function titleOf(action: VersionAction, { subject }: OpenedSubject): string {
  return `${action} of ${subject.model} ${subject.version}`
}
