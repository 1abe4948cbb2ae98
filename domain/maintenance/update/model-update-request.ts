import { checkId } from '../../ids.ts'
import { isRecord, list, object, optional, withDefault } from '../../reading/composites.ts'
import { describeValue, INVALID, memberPath, type Read, type Reader } from '../../reading/reader.ts'
import { oneOf, text } from '../../reading/scalars.ts'
import { STRATEGIES } from '../../rollout/strategy.ts'

/** `propose`: says what could be rolled out; `start`: rolls it out. */
export const UPDATE_POLICIES = ['propose', 'start'] as const

const model = text({ check: (value) => checkId('model', value) })
const sha256 = text({
  check: (hash) => (/^[0-9a-f]{64}$/.test(hash) ? undefined : 'must be a SHA-256 in lower-case hex'),
})

/** What a rollout takes as well and stands here already. */
const OWN_MEMBERS = ['model', 'version', 'strategy', 'by'] as const

/** Any object: the rollout reads it itself, and says what is wrong with it. */
const members: Reader<Readonly<Record<string, unknown>>> = (value, path, problems) => {
  if (isRecord(value)) return value
  problems.add(path, `must be an object, not ${describeValue(value)}`)
  return INVALID
}

const request = object({
  /** Default: every model of the catalog is looked through. */
  model: optional(model),
  /** A version of the catalog. Default: one that was never used. */
  version: optional(text({ maxLength: 200 })),
  /** Weights that a version of the catalog names, in place of its name. */
  weights: optional(object({ path: text({ maxLength: 4_000 }), sha256 })),
  strategy: optional(oneOf(STRATEGIES)),
  /** More of the rollout, as `rollout` takes it: steps, guards, thresholds. */
  rollout: withDefault(members, {}),
  /** For what is found by looking: `propose` unless it says otherwise. What is named is rolled out. */
  policy: withDefault(oneOf(UPDATE_POLICIES), 'propose'),
  /** Models that are left alone when all are looked through. */
  except: withDefault(list(model, { maxLength: 1_000 }), []),
  by: withDefault(text({ maxLength: 200 }), 'model update'),
})

export type ModelUpdateRequest = Read<typeof request>

/** What a model update does; every member may be left out. */
export const modelUpdateRequest: Reader<ModelUpdateRequest> = (value, path, problems) => {
  const read = request(value, path, problems)
  if (read === INVALID) return read
  const { model: named, version, weights, rollout } = read
  const isNamed = version !== undefined || weights !== undefined
  const misplaced = OWN_MEMBERS.filter((member) => Object.hasOwn(rollout, member))
  if (isNamed && named === undefined) {
    problems.add(memberPath(path, 'model'), 'must be there where a version or weights are')
  }
  for (const member of misplaced) {
    problems.add(memberPath(path, `rollout.${member}`), 'stands beside rollout, not in it')
  }
  return (isNamed && named === undefined) || misplaced.length > 0 ? INVALID : read
}
