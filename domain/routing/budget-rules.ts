import type { Complexity, OptimisationTarget } from '../model-request.ts'
import type { RouteInput } from './route-input.ts'

/** What the order of the candidates follows. */
export type RouteRule =
  /** One model, because the request names it. */
  | 'asked-for'
  /** As the catalog lists them. */
  | 'configured'
  /** Lowest expected cost. */
  | 'cheapest'
  /** Lowest tail latency. */
  | 'fastest'
  /** Highest quality at the task. */
  | 'best'
  /** Highest weighted score. */
  | 'score'

/** A rule and the sentence that says why it applies. */
export interface ChosenRule {
  readonly rule: RouteRule
  readonly because: string
  /** Whether the model that the task configures for the request's target goes before what the rule prefers. */
  readonly isForTarget: boolean
}

/** The share of the budget that must be left, in per cent, before work of this kind may get the strong model. */
const LEAST_BUDGET_PERCENT: Readonly<Record<Complexity, number>> = {
  simple: 30,
  complex: 30,
  'very-complex': 10,
}

const TARGET_RULES: Readonly<Record<OptimisationTarget, readonly [RouteRule, string]>> = {
  cost: ['cheapest', 'the request is to be cheap'],
  speed: ['fastest', 'the request is to be fast'],
  quality: ['best', 'the request is to be good'],
}

/** What of an input decides on the rule. */
type RuleInput = Pick<RouteInput, 'model' | 'target' | 'complexity' | 'hasOwnWeights' | 'budget'>

/**
 * Picks the rule that orders the candidates; the first that fires wins: a model asked for, nothing known about
 * quality, a low budget, the request's target, hard work that its budget can bear, the score.
 * @param isQualityKnown whether anything is known about the quality of any model of the task
 */
export function chooseRule(input: RuleInput, isQualityKnown: boolean): ChosenRule {
  if (input.model !== undefined) return choose('asked-for', 'the request names its model')
  if (!isQualityKnown) {
    return choose('configured', 'the quality of none of its models is known, so the configured order holds')
  }
  return (
    lowBudgetRule(input) ??
    targetRule(input) ??
    hardWorkRule(input) ??
    choose('score', 'the weighted score decides')
  )
}

function lowBudgetRule({ budget: { leftShare }, complexity = 'simple' }: RuleInput): ChosenRule | undefined {
  const needed = LEAST_BUDGET_PERCENT[complexity]
  if (leftShare === undefined || leftShare * 100 > needed) return undefined
  const left = `${Math.round(leftShare * 100)} % of the budget is left`
  return choose(
    'cheapest',
    `${left}, and ${complexity} work needs more than ${needed} % for anything but the cheapest`,
  )
}

function targetRule({ target }: RuleInput): ChosenRule | undefined {
  return target === undefined ? undefined : { ...choose(...TARGET_RULES[target]), isForTarget: true }
}

function hardWorkRule({ complexity = 'simple', hasOwnWeights }: RuleInput): ChosenRule | undefined {
  if (complexity === 'simple' || hasOwnWeights) return undefined
  return choose('best', `${complexity} work gets the strongest model while the budget allows it`)
}

function choose(rule: RouteRule, because: string): ChosenRule {
  return { rule, because, isForTarget: false }
}
