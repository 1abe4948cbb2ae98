import type { OptionRole, RouteOption } from '../route-input.ts'
import type { RankedOption } from './rank-options.ts'
import type { RouteRule } from '../budget-rules.ts'
import { formatUsd } from '../../money.ts'

const ROLES: Readonly<Record<Exclude<OptionRole, 'target' | 'other-target'>, string>> = {
  'asked-for': 'asked for by name',
  default: "the task's default",
  fallback: "a fallback of the task's",
}

/** How a model came to be considered. */
export function describeRole({ role, roleTarget }: Pick<RouteOption, 'role' | 'roleTarget'>): string {
  return role === 'target' || role === 'other-target'
    ? `the task's model for ${roleTarget ?? 'a target'}`
    : ROLES[role]
}

/** Why a candidate stands where it does: its role, the figure that the rule goes by, and what holds it back. */
export function explainKept(ranked: RankedOption, rule: RouteRule, minQuality: number): string {
  const { option, isBelowFloor, isLimited } = ranked
  return [
    describeRole(option),
    ...(option.standsInFor === undefined ? [] : [`the stable version, should ${option.standsInFor} fail`]),
    ...ruleFigure(ranked, rule),
    ...(isBelowFloor ? [`below the quality floor of ${minQuality}, so after those above it`] : []),
    ...(isLimited
      ? [`its quota is used up for ${seconds(option.limitedForMs)}, so after those that are free`]
      : []),
  ].join('; ')
}

function ruleFigure({ appraisal, score }: RankedOption, rule: RouteRule): readonly string[] {
  const quality = `quality ${appraisal.quality}${appraisal.isQualityKnown ? '' : ' (assumed)'}`
  switch (rule) {
    case 'asked-for':
    case 'configured':
      return []
    case 'cheapest':
      return [`about ${formatUsd(appraisal.costNanoUsd)}, ${quality}`]
    case 'fastest':
      return [`mostly below ${seconds(appraisal.tailLatencyMs)}, ${quality}`]
    case 'best':
      return [quality]
    case 'score':
      return [`score ${score.total.toFixed(3)}`]
  }
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`
}
