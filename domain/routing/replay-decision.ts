import { canonicalJson, type JsonValue, toJson } from '../json.ts'
import { route, type RouteDecision } from './route.ts'
import type { Candidate } from './candidate.ts'
import { candidatesToTry } from './candidates-to-try.ts'
import type { RouteInput } from './route-input.ts'

/** What was stored with an operation about the choice of its model. */
export interface StoredDecision {
  readonly operationId: string
  /** ISO 8601 in UTC. */
  readonly acceptedAt: string
  /** What the decision was made from, and what it was beside its candidates. */
  readonly decision: JsonValue
  readonly candidates: readonly Candidate[]
}

/** A stored decision beside the one that is made from the same input now. */
export interface DecisionReplay {
  readonly operationId: string
  readonly acceptedAt: string
  readonly isSame: boolean
  /** One sentence for each part that differs. */
  readonly differences: readonly string[]
  /** Absent where nothing was stored to decide from. */
  readonly input?: RouteInput
  readonly decision?: RouteDecision
}

const PARTS = ['rule', 'because', 'candidates', 'reasons'] as const satisfies readonly (keyof RouteDecision)[]

/** Makes a stored decision again from its stored input, and compares every part of it, bit for bit. */
export function replayDecision(stored: StoredDecision): DecisionReplay {
  const { operationId, acceptedAt } = stored
  const { input, ...rest } = membersOf(stored.decision)
  if (!isRouteInput(input)) {
    const differences = ['no input of the decision is stored']
    return { operationId, acceptedAt, isSame: false, differences }
  }
  const decided = route(input)
  const decision = { ...decided, candidates: candidatesToTry(input, decided) }
  const then: Readonly<Record<string, unknown>> = { ...rest, candidates: stored.candidates }
  const differences = PARTS.flatMap((part) => {
    const [was, is] = [textOf(then[part]), textOf(decision[part])]
    return was === is ? [] : [`${part}: stored ${was}, now ${is}`]
  })
  return { operationId, acceptedAt, isSame: differences.length === 0, differences, input, decision }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** What admission stores is complete; other rows, such as those of tests, have no options. */
function isRouteInput(value: unknown): value is RouteInput {
  const { options, missing, unlisted } = membersOf(value)
  return Array.isArray(options) && Array.isArray(missing) && Array.isArray(unlisted)
}

/** Equal values give equal text, whatever the order of their members. */
function textOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  return typeof value === 'object' && value !== null ? canonicalJson(toJson(value)) : JSON.stringify(value)
}
