import type { ProviderKind } from '../../domain/catalog/model.ts'

/** A date as vendors write it at or near the end of an id: `2025-04-14`, `20250929`, `0613`. */
const DATED = /(?:^|[-@_:.])(?:20\d{2}-\d{2}-\d{2}|20\d{6}|[01]\d[0-3]\d)(?:$|[-@_:.])/

const LATEST = /(?:^|[-_:.@/])latest$/

/**
 * Says why an id is not pinned, or `undefined` when it is.
 *
 * The rule: an id that is called over the network holds a date. What it means then never changes. Hosts whose
 * ids have no date are taken at their word with `pinned: true`; an id that ends in `latest` never is.
 */
export function explainAlias(
  id: string,
  kind: ProviderKind,
  pinned: boolean | undefined,
): string | undefined {
  if (LATEST.test(id)) {
    return `${JSON.stringify(id)} is an alias: what it means changes without notice; name one dated version`
  }
  if (kind === 'local' || kind === 'simulated' || pinned === true || DATED.test(id)) return undefined
  return (
    `${JSON.stringify(id)} has no date, so the vendor may point it at another model; ` +
    `use the dated id, or add "pinned: true" beside it if the host never changes what this id means`
  )
}
