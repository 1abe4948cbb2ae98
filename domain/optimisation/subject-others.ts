import type { Catalog } from '../catalog/model.ts'
import { toSubject, type TuningSubject } from './subject.ts'

/**
 * Versions of the same model with other weights, those that are named or all.
 * @returns also the names that are none
 */
export function otherWeights(
  catalog: Catalog,
  subject: TuningSubject,
  named: readonly string[] | undefined,
): { readonly others: readonly TuningSubject[]; readonly unknown: readonly string[] } {
  const versions = catalog.models[subject.model]?.versions ?? []
  const others = versions.flatMap((version) => {
    const other = toSubject(catalog, version)
    const isOther = other !== undefined && other.weights.uri !== subject.weights.uri
    return isOther && (named === undefined || named.includes(other.version)) ? [other] : []
  })
  const unknown = (named ?? []).filter((name) => !others.some(({ version }) => version === name))
  return { others, unknown }
}
