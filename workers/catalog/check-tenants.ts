import { type CatalogProblem, unknownName } from './catalog-problem.ts'
import type { CatalogDraft } from './read-draft.ts'
import { checkId } from '../../domain/ids.ts'
import { checkTenantTasks } from './check-tasks.ts'

/** Checks what tenants want differently, and which model is asked what a request is about. */
export function checkTenants({ tenants, routing, modelNames }: CatalogDraft): readonly CatalogProblem[] {
  const problems = [...tenants].flatMap(([name, { tasks }]): readonly CatalogProblem[] => {
    const badName = checkId('the tenant', name)
    return [
      ...(badName === undefined ? [] : [{ path: ['tenants', name], message: badName }]),
      ...checkTenantTasks(name, tasks, modelNames),
    ]
  })
  const { classifyWith } = routing
  if (classifyWith === undefined || modelNames.has(classifyWith)) return problems
  return [...problems, { path: ['routing', 'classifyWith'], message: unknownName(classifyWith, modelNames) }]
}
