import type { RouteInput, RouteOption } from './route-input.ts'
import { explainContext } from './context-limit.ts'
import { formatUsd } from '../money.ts'
import { meetsNeed } from './input/needed-capabilities.ts'

/**
 * What a model must have to be a candidate. `listed` and `known` are decided before the others: the task uses it, and
 * it can be called at all. `deployed`, `healthy` and `affordable` may hold again later, the others never will for the
 * same request.
 */
export type Requirement =
  | 'listed'
  | 'known'
  | 'context'
  | 'capability'
  | 'data-class'
  | 'deployed'
  | 'healthy'
  | 'affordable'

/** A requirement that does not hold, with the sentence that says why: it follows the model's name. */
export interface BrokenRequirement {
  readonly requirement: Requirement
  readonly reason: string
}

type Check = (option: RouteOption, input: RouteInput) => string | undefined

const CHECKS: readonly (readonly [Requirement, Check])[] = [
  ['context', (option, input) => explainContext(input.estimatedInputTokens, option.candidate)],
  ['capability', explainCapabilities],
  ['data-class', explainDataClass],
  ['deployed', ({ isDeployed }) => (isDeployed ? undefined : 'is not deployed anywhere')],
  ['healthy', explainHealth],
  ['affordable', explainAffordability],
]

/** Every hard constraint that an option breaks; none for one that may be called. */
export function brokenRequirements(option: RouteOption, input: RouteInput): readonly BrokenRequirement[] {
  return CHECKS.flatMap(([requirement, check]) => {
    const reason = check(option, input)
    return reason === undefined ? [] : [{ requirement, reason }]
  })
}

function explainCapabilities({ capabilities }: RouteOption, { needs }: RouteInput): string | undefined {
  const lacking = needs.filter((need) => !meetsNeed(capabilities, need))
  return lacking.length === 0 ? undefined : `has no ${lacking.join(', no ')}`
}

function explainDataClass(
  { allowedDataClasses, candidate }: RouteOption,
  { dataClass }: RouteInput,
): string | undefined {
  if (allowedDataClasses.includes(dataClass)) return undefined
  return `may not take ${dataClass} content: its endpoint ${candidate.endpoint} is for ${allowedDataClasses.join(', ')}`
}

function explainHealth({ breaker, isReady, candidate, heldBack }: RouteOption): string | undefined {
  if (breaker === 'open') return `its endpoint ${candidate.endpoint} failed too often and rests`
  if (isReady && heldBack !== undefined) return heldBack.reason
  return isReady ? undefined : `its endpoint ${candidate.endpoint} is not ready`
}

function explainAffordability(
  { worstCaseNanoUsd }: RouteOption,
  { budget: { leftNanoUsd } }: RouteInput,
): string | undefined {
  if (leftNanoUsd === undefined || worstCaseNanoUsd <= leftNanoUsd) return undefined
  return `may cost ${formatUsd(worstCaseNanoUsd)}, the budget has ${formatUsd(leftNanoUsd)} left`
}
