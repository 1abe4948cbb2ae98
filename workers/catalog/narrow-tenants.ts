import type { Catalog, Model, TaskDefaults, TenantPreferences } from '../../domain/catalog/model.ts'
import type { CatalogProblem } from './catalog-problem.ts'
import { noModelLeft, narrowTask, remainingModels } from './narrow-task.ts'
import { TASK_TYPES } from '../../domain/model-request.ts'

/** What is left of the tenants' wishes where some models cannot be called, and which tasks have no model left. */
export interface NarrowTenants {
  readonly tenants?: Readonly<Record<string, TenantPreferences>>
  readonly problems: readonly CatalogProblem[]
}

/** Has the tasks of tenants go on with the first of their models that remains, as those of everybody do. */
export function narrowTenants(catalog: Catalog, models: ReadonlyMap<string, Model>): NarrowTenants {
  if (catalog.tenants === undefined) return { problems: [] }
  const problems: CatalogProblem[] = []
  const tenants = Object.entries(catalog.tenants).map(([tenant, preferences]) => {
    const tasks = TASK_TYPES.flatMap((type) => {
      const changes = preferences.tasks?.[type]
      if (changes === undefined) return []
      const whole = { ...catalog.tasks[type], ...changes }
      if (remainingModels(whole, models).length === 0) {
        problems.push(noModelLeft(['tenants', tenant, 'tasks', type], whole, catalog))
      }
      return [[type, narrowChanges(changes, narrowTask(whole, models))] as const]
    })
    return [
      tenant,
      tasks.length === 0 ? preferences : { ...preferences, tasks: Object.fromEntries(tasks) },
    ] as const
  })
  return { tenants: Object.fromEntries(tenants), problems }
}

/** What does not name models stays as it is. */
function narrowChanges(
  changes: Partial<TaskDefaults>,
  { model, fallbacks, targets }: TaskDefaults,
): Partial<TaskDefaults> {
  const namesModels = changes.model !== undefined || changes.fallbacks !== undefined
  return {
    ...changes,
    ...(namesModels ? { model, fallbacks } : {}),
    ...(changes.targets === undefined || targets === undefined ? {} : { targets }),
  }
}
