import { choose, isRecord, list, object, optional } from '../../domain/reading/composites.ts'
import { type CallStrategy, MAX_LEGS, strategyProblem } from '../../domain/legs/strategy.ts'
import { number, oneOf, text } from '../../domain/reading/scalars.ts'
import { durationMs } from './wire-readers.ts'
import { INVALID, type Reader } from '../../domain/reading/reader.ts'

const copies = optional(number({ min: 2, max: MAX_LEGS, isWhole: true }))
const models = optional(list(text(), { minLength: 2, maxLength: MAX_LEGS }))

const hedge: Reader<CallStrategy> = object({ kind: oneOf(['hedge']), afterMs: optional(durationMs), copies })
const race: Reader<CallStrategy> = object({ kind: oneOf(['race']), copies, models })
const consensus: Reader<CallStrategy> = object({
  kind: oneOf(['consensus']),
  copies,
  models,
  agree: optional(number({ min: 2, max: MAX_LEGS, isWhole: true })),
})
const unknownKind: Reader<CallStrategy> = object({ kind: oneOf(['hedge', 'race', 'consensus']) })

const kinds: Readonly<Record<string, Reader<CallStrategy>>> = { hedge, race, consensus }

const anyStrategy = choose<CallStrategy>(
  (value) => (isRecord(value) ? kinds[String(value['kind'])] : undefined) ?? unknownKind,
)

/** How a call is asked of several models. */
export const strategy: Reader<CallStrategy> = (value, path, problems) => {
  const read = anyStrategy(value, path, problems)
  const problem = read === INVALID ? undefined : strategyProblem(read)
  if (problem === undefined) return read
  problems.add(path, problem)
  return INVALID
}
