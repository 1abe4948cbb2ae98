import { type CatalogProblem, unknownName } from './catalog-problem.ts'
import type { CatalogDraft } from './read-draft.ts'

/** Checks that endpoints draw on pools that exist, and that every pool has an endpoint: a typo would lift a limit. */
export function checkQuotaPools({
  endpoints,
  endpointNames,
  quotaPoolNames,
}: CatalogDraft): readonly CatalogProblem[] {
  const unknown = [...endpoints].flatMap(([name, { quotaPool }]): CatalogProblem[] =>
    quotaPool === undefined || quotaPoolNames.has(quotaPool)
      ? []
      : [{ path: ['endpoints', name, 'quotaPool'], message: unknownName(quotaPool, quotaPoolNames) }],
  )
  // An endpoint of a wrong shape may be the one that draws on it.
  const areAllRead = endpoints.size === endpointNames.size
  const used = new Set([...endpoints].map(([name, { quotaPool }]) => quotaPool ?? name))
  const unused = [...quotaPoolNames].filter((name) => areAllRead && !used.has(name))
  return [
    ...unknown,
    ...unused.map((name) => ({
      path: ['quotaPools', name],
      message: 'limits nothing: name it as quotaPool of an endpoint, or call it like an endpoint',
    })),
  ]
}
