import { type Appraisal, appraise } from './appraisal.ts'
import { type Score, score } from '../score.ts'
import type { RouteInput, RouteOption } from '../route-input.ts'
import type { ChosenRule, RouteRule } from '../budget-rules.ts'

/** An option that may be called, with all that its place in the order depends on. */
export interface RankedOption {
  readonly option: RouteOption
  readonly appraisal: Appraisal
  readonly score: Score
  /** It stays as a last resort, behind all that have the quality that the task wants. */
  readonly isBelowFloor: boolean
  /** Its quota pool lets nothing through now: it comes after those that need not wait. */
  readonly isLimited: boolean
}

/** A number by which options are sorted, the smallest first. */
type SortKey = (ranked: RankedOption) => number

const RULE_KEYS: Readonly<Record<RouteRule, SortKey>> = {
  'asked-for': byRank,
  configured: byRank,
  cheapest: ({ appraisal }) => appraisal.costNanoUsd,
  fastest: ({ appraisal }) => appraisal.tailLatencyMs,
  best: ({ appraisal }) => -appraisal.quality,
  score: ({ score: { total } }) => -total,
}

/**
 * Orders options, the best first. What decides, in this order: the quality floor, whether one has to wait, the model
 * that the task configures for the request's target, the rule; then quality, cost, latency, the configured place and
 * the name, so that there is never a tie and the order of the list does not matter.
 */
export function rankOptions(
  options: readonly RouteOption[],
  { rule, isForTarget }: ChosenRule,
  input: Pick<RouteInput, 'weights' | 'minQuality'>,
): readonly RankedOption[] {
  const hasFloor = rule !== 'configured' && rule !== 'asked-for'
  const keys = sortKeys(rule, isForTarget)
  const ranked = options.map((option): RankedOption => {
    const appraisal = appraise(option)
    return {
      option,
      appraisal,
      score: score(appraisal, input.weights),
      isBelowFloor: hasFloor && appraisal.quality < input.minQuality,
      isLimited: option.limitedForMs > 0,
    }
  })
  return withStandIns(ranked, (leaders) => leaders.toSorted((left, right) => compare(left, right, keys)))
}

/**
 * Orders by the versions that the request was assigned to alone: what stands in for one comes right after it, or shares
 * would follow whoever is cheaper. While a stand-in is free, its model need not wait.
 */
function withStandIns(
  ranked: readonly RankedOption[],
  order: (leaders: readonly RankedOption[]) => readonly RankedOption[],
): readonly RankedOption[] {
  const standInsOf = ({ option }: RankedOption): readonly RankedOption[] =>
    ranked.filter(({ option: other }) => isStandInFor(other, option))
  const leaders = ranked.filter(({ option }) => !ranked.some((other) => isStandInFor(option, other.option)))
  const isFree = (leader: RankedOption): boolean =>
    leader.isLimited && standInsOf(leader).some(({ isLimited }) => !isLimited)
  const asRanked = new Map(
    leaders.map((leader) => [isFree(leader) ? { ...leader, isLimited: false } : leader, leader]),
  )
  return order([...asRanked.keys()]).flatMap((entry) => {
    const leader = asRanked.get(entry) ?? entry
    return [leader, ...standInsOf(leader)]
  })
}

function isStandInFor(option: RouteOption, assigned: RouteOption): boolean {
  const { model, version } = assigned.candidate
  return option.candidate.model === model && option.standsInFor === version
}

function sortKeys(rule: RouteRule, isForTarget: boolean): readonly SortKey[] {
  return [
    ({ isBelowFloor }) => Number(isBelowFloor),
    ({ isLimited }) => Number(isLimited),
    // When nobody is good enough, the best of them comes first, whatever the rule prefers.
    ({ isBelowFloor, appraisal }) => (isBelowFloor ? -appraisal.quality : 0),
    ({ option }) => Number(isForTarget && option.role !== 'target'),
    RULE_KEYS[rule],
    ({ appraisal }) => -appraisal.quality,
    ({ appraisal }) => appraisal.costNanoUsd,
    ({ appraisal }) => appraisal.latencyMs,
    ({ appraisal }) => appraisal.tailLatencyMs,
    byRank,
  ]
}

function byRank({ option }: RankedOption): number {
  return option.rank
}

function compare(left: RankedOption, right: RankedOption, keys: readonly SortKey[]): number {
  for (const key of keys) {
    const difference = key(left) - key(right)
    if (difference !== 0) return difference
  }
  const [leftName, rightName] = [nameOf(left), nameOf(right)]
  return leftName < rightName ? -1 : Number(leftName > rightName)
}

function nameOf({ option: { candidate } }: RankedOption): string {
  return `${candidate.model}@${candidate.version}`
}
