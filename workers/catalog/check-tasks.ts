import { type CatalogPath, type CatalogProblem, unknownName } from './catalog-problem.ts'
import { OPTIMISATION_TARGETS, TASK_TYPES } from '../../domain/model-request.ts'
import type { CatalogDraft } from './read-draft.ts'
import type { TenantTaskEntry } from './tenant-document.ts'

/** What a task names must exist, and nothing may stand twice. */
export function checkTasks({ tasks, modelNames }: CatalogDraft): readonly CatalogProblem[] {
  return [...tasks].flatMap(([type, entry]) => {
    const path = ['tasks', type]
    const hasType = type === 'default' || isTaskType(type)
    return [...checkTask(path, entry, modelNames), ...(hasType ? [] : [unknownType(path, ['default'])])]
  })
}

/** The same for what a tenant wants differently: there is no default among it. */
export function checkTenantTasks(
  tenant: string,
  tasks: ReadonlyMap<string, TenantTaskEntry>,
  modelNames: ReadonlySet<string>,
): readonly CatalogProblem[] {
  return [...tasks].flatMap(([type, entry]) => {
    const path = ['tenants', tenant, 'tasks', type]
    return [...checkTask(path, entry, modelNames), ...(isTaskType(type) ? [] : [unknownType(path, [])])]
  })
}

function isTaskType(type: string): boolean {
  const types: readonly string[] = TASK_TYPES
  return types.includes(type)
}

function unknownType(path: CatalogPath, others: readonly string[]): CatalogProblem {
  return { path, message: `is no task type; use one of ${[...TASK_TYPES, ...others].join(', ')}` }
}

function checkTask(
  path: CatalogPath,
  { model, fallbacks = [], targets }: TenantTaskEntry,
  modelNames: ReadonlySet<string>,
): readonly CatalogProblem[] {
  const references: readonly (readonly [CatalogPath, string | undefined])[] = [
    [[...path, 'model'], model],
    ...fallbacks.map((name, index): readonly [CatalogPath, string] => [[...path, 'fallbacks', index], name]),
    ...OPTIMISATION_TARGETS.map((target): readonly [CatalogPath, string | undefined] => [
      [...path, 'targets', target],
      targets?.[target],
    ]),
  ]
  const unknown = references.flatMap(([place, name]): readonly CatalogProblem[] =>
    name === undefined || modelNames.has(name)
      ? []
      : [{ path: place, message: unknownName(name, modelNames) }],
  )
  const doubles = fallbacks.flatMap((name, index): readonly CatalogProblem[] =>
    name === model || fallbacks.indexOf(name) < index
      ? [{ path: [...path, 'fallbacks', index], message: `${JSON.stringify(name)} stands twice; remove one` }]
      : [],
  )
  return [...unknown, ...doubles]
}
