import { type BrokenRequirement, brokenRequirements, type Requirement } from './requirements.ts'
import { type ChosenRule, chooseRule, type RouteRule } from './budget-rules.ts'
import { describeRole, explainKept } from './order/explain-kept.ts'
import type { RouteInput, RouteOption } from './route-input.ts'
import type { Candidate } from './candidate.ts'
import { rankOptions } from './order/rank-options.ts'
import type { Score } from './score.ts'

/** Why a model is, or is not, among the candidates. */
export interface RouteReason {
  readonly model: string
  /** Absent where no version was looked at. */
  readonly version?: string
  readonly kept: boolean
  /** Follows the model's name: `gpt-mini has no vision`. */
  readonly reason: string
  /** The hard constraints that it breaks; none for a candidate. */
  readonly broken: readonly Requirement[]
  /** For candidates, whatever the rule that ordered them. */
  readonly score?: Score
}

/** An ordered choice, the rule that made the order, and a reason for every model of the catalog. */
export interface RouteDecision {
  readonly rule: RouteRule
  readonly because: string
  /** The best first. Empty when no model may take the request. */
  readonly candidates: readonly Candidate[]
  /** Candidates in their order, then those that were dropped, then those that the task does not use. */
  readonly reasons: readonly RouteReason[]
}

/**
 * Decides which models may answer and in which order: hard constraints first, then the rule that budget, target and
 * complexity ask for. Depends on the input alone, so that a stored input gives the same decision again.
 */
export function route(input: RouteInput): RouteDecision {
  const chosen = chooseRule(input, input.options.some(isQualityKnown))
  const judged = input.options
    .toSorted((left, right) => left.rank - right.rank)
    .map((option) => ({ option, broken: judge(option, input, chosen) }))
  const open = judged.flatMap(({ option, broken }) => (broken.length === 0 ? [option] : []))
  const ranked = rankOptions(open, chosen, input)
  return {
    rule: chosen.rule,
    because: chosen.because,
    candidates: ranked.map(({ option }) => option.candidate),
    reasons: [
      ...ranked.map((entry): RouteReason => ({
        ...nameOf(entry.option),
        kept: true,
        reason: explainKept(entry, chosen.rule, input.minQuality),
        broken: [],
        score: entry.score,
      })),
      ...judged.flatMap(({ option, broken }) => (broken.length === 0 ? [] : [dropped(option, broken)])),
      ...input.missing.map(({ model, reason }) => notConsidered(model, reason, 'known')),
      ...input.unlisted.map((model) => notConsidered(model, unlistedReason(input), 'listed')),
    ],
  }
}

function isQualityKnown({ quality }: RouteOption): boolean {
  return quality.measured !== undefined || quality.prior !== undefined
}

function judge(option: RouteOption, input: RouteInput, { rule }: ChosenRule): readonly BrokenRequirement[] {
  // Without quality figures there is nothing to weigh a target's model by, so it serves its target only.
  if (rule === 'configured' && option.role === 'other-target') {
    return [{ requirement: 'listed', reason: `is ${describeRole(option)} only` }]
  }
  return brokenRequirements(option, input)
}

function nameOf({ candidate: { model, version } }: RouteOption): Pick<RouteReason, 'model' | 'version'> {
  return { model, version }
}

function dropped(option: RouteOption, broken: readonly BrokenRequirement[]): RouteReason {
  return {
    ...nameOf(option),
    kept: false,
    reason: broken.map(({ reason }) => reason).join('; '),
    broken: broken.map(({ requirement }) => requirement),
  }
}

function notConsidered(model: string, reason: string, requirement: Requirement): RouteReason {
  return { model, kept: false, reason, broken: [requirement] }
}

function unlistedReason({ model, task }: RouteInput): string {
  return model === undefined ? `is no model of the ${task} task` : 'was not asked for'
}
