import type { Catalog, Model, ModelVersion, TaskDefaults } from '../../domain/catalog/model.ts'
import type { CatalogPath, CatalogProblem } from './catalog-problem.ts'

/** The models that a task tries, of those that can be called. */
export function remainingModels(
  { model, fallbacks }: TaskDefaults,
  models: ReadonlyMap<string, Model>,
): readonly string[] {
  return [model, ...fallbacks].filter((name) => models.has(name))
}

/** A task that goes on with the first of its models that remains. */
export function narrowTask(task: TaskDefaults, models: ReadonlyMap<string, Model>): TaskDefaults {
  const [model = task.model, ...fallbacks] = remainingModels(task, models)
  const { targets, ...rest } = task
  if (targets === undefined) return { ...rest, model, fallbacks }
  const left = Object.entries(targets).filter(([, name]) => models.has(name))
  return { ...rest, model, fallbacks, targets: Object.fromEntries(left) }
}

/** Says which variables would give a task a model. */
export function noModelLeft(path: CatalogPath, task: TaskDefaults, catalog: Catalog): CatalogProblem {
  const names = [task.model, ...task.fallbacks]
  const versions = names.flatMap((name): readonly ModelVersion[] => catalog.models[name]?.versions ?? [])
  const variables = new Set(
    versions.flatMap(({ endpoint }) => catalog.endpoints[endpoint]?.apiKeyVariable ?? []),
  )
  return {
    path,
    message: `none of its models (${names.join(', ')}) can be called here; set ${[...variables].join(' or ')}, or add a model without a key`,
  }
}
