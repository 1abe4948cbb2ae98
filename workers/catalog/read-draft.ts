import { type CatalogPath, type CatalogProblem, schemaProblems } from './catalog-problem.ts'
import {
  type EndpointEntry,
  NAME_PATTERN,
  NAME_RULE,
  type TaskEntry,
  type VersionEntry,
  documentSchema,
  endpointSchema,
  modelSchema,
  taskSchema,
  versionSchema,
} from './document.ts'
import { type QuotaPoolEntry, quotaPoolSchema } from './routing-document.ts'
import {
  routingSchema,
  type TenantEntry,
  type TenantTaskEntry,
  tenantSchema,
  tenantTaskSchema,
} from './tenant-document.ts'
import { type AlertsEntry, alertsSchema } from './alert-document.ts'
import { TASK_TYPES } from '../../domain/model-request.ts'
import type { z } from 'zod'

export interface ModelDraft {
  readonly description: string | undefined
  /** By place in the file; `undefined` where the entry has a wrong shape. */
  readonly versions: readonly (VersionEntry | undefined)[]
}

export type TenantDraft = TenantEntry & { readonly tasks: ReadonlyMap<string, TenantTaskEntry> }

/** What could be read of a catalog; names of entries with a wrong shape are kept, so that references to them hold. */
export interface CatalogDraft {
  readonly endpointNames: ReadonlySet<string>
  readonly modelNames: ReadonlySet<string>
  readonly endpoints: ReadonlyMap<string, EndpointEntry>
  readonly models: ReadonlyMap<string, ModelDraft>
  readonly tasks: ReadonlyMap<string, TaskEntry>
  readonly quotaPoolNames: ReadonlySet<string>
  readonly quotaPools: ReadonlyMap<string, QuotaPoolEntry>
  readonly tenants: ReadonlyMap<string, TenantDraft>
  readonly routing: z.infer<typeof routingSchema>
  readonly alerts: AlertsEntry | undefined
}

/** Reads a catalog entry by entry: what has the wrong shape becomes a problem, the rest goes into the draft. */
export function readDraft(source: unknown, problems: CatalogProblem[]): CatalogDraft | undefined {
  const document = read(documentSchema, source, [], problems)
  if (document === undefined) return undefined
  problems.push(
    ...badNames('endpoints', document.endpoints),
    ...badNames('models', document.models),
    ...badNames('quotaPools', document.quotaPools),
    ...missingTasks(document.tasks),
  )
  return {
    endpointNames: new Set(Object.keys(document.endpoints)),
    modelNames: new Set(Object.keys(document.models)),
    endpoints: readSection(['endpoints'], document.endpoints, (value, path) =>
      read(endpointSchema, value, path, problems),
    ),
    models: readSection(['models'], document.models, (value, path) => readModel(value, path, problems)),
    tasks: readSection(['tasks'], document.tasks, (value, path) => read(taskSchema, value, path, problems)),
    quotaPoolNames: new Set(Object.keys(document.quotaPools)),
    quotaPools: readSection(['quotaPools'], document.quotaPools, (value, path) =>
      read(quotaPoolSchema, value, path, problems),
    ),
    tenants: readSection(['tenants'], document.tenants, (value, path) => readTenant(value, path, problems)),
    routing: read(routingSchema, document.routing, ['routing'], problems) ?? {},
    alerts:
      document.alerts === undefined ? undefined : read(alertsSchema, document.alerts, ['alerts'], problems),
  }
}

function readModel(value: unknown, path: CatalogPath, problems: CatalogProblem[]): ModelDraft | undefined {
  const model = read(modelSchema, value, path, problems)
  if (model === undefined) return undefined
  return {
    description: model.description,
    versions: model.versions.map((version, index) =>
      read(versionSchema, version, [...path, 'versions', index], problems),
    ),
  }
}

function readTenant(value: unknown, path: CatalogPath, problems: CatalogProblem[]): TenantDraft | undefined {
  const tenant = read(tenantSchema, value, path, problems)
  if (tenant === undefined) return undefined
  const tasks = readSection([...path, 'tasks'], tenant.tasks, (entry, place) =>
    read(tenantTaskSchema, entry, place, problems),
  )
  return { ...tenant, tasks }
}

function readSection<Entry>(
  section: CatalogPath,
  values: Readonly<Record<string, unknown>>,
  readEntry: (value: unknown, path: CatalogPath) => Entry | undefined,
): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const [name, value] of Object.entries(values)) {
    const entry = readEntry(value, [...section, name])
    if (entry !== undefined) entries.set(name, entry)
  }
  return entries
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: CatalogPath,
  problems: CatalogProblem[],
): z.infer<Schema> | undefined {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  problems.push(...schemaProblems(path, result.error))
  return undefined
}

function badNames(section: string, entries: Readonly<Record<string, unknown>>): CatalogProblem[] {
  return Object.keys(entries)
    .filter((name) => !NAME_PATTERN.test(name))
    .map((name) => ({ path: [section, name], message: `must be ${NAME_RULE}` }))
}

function missingTasks(tasks: Readonly<Record<string, unknown>>): CatalogProblem[] {
  if ('default' in tasks) return []
  return TASK_TYPES.filter((type) => !(type in tasks)).map((type) => ({
    path: ['tasks', type],
    message: 'is missing; add it, or a task "default" that serves every type not listed',
  }))
}
