import type { Catalog, Endpoint, Model } from '../../domain/catalog/model.ts'
import { byTaskType, TASK_TYPES } from '../../domain/model-request.ts'
import { narrowTask, noModelLeft, remainingModels } from './narrow-task.ts'
import { CatalogError } from './catalog-problem.ts'
import { narrowTenants } from './narrow-tenants.ts'
import type { SkippedEndpoint } from '../../domain/catalog/model-list.ts'

/** Looks an environment variable up by its name. */
export type VariableLookup = (name: string) => string | undefined

export interface EnvironmentCatalog {
  readonly catalog: Catalog
  readonly skipped: readonly SkippedEndpoint[]
}

/** Where the vendors' own endpoints may be pointed elsewhere, as their SDKs do it. */
const BASE_URL_VARIABLES: Readonly<Partial<Record<Endpoint['kind'], string>>> = {
  openai: 'OPENAI_BASE_URL',
  anthropic: 'ANTHROPIC_BASE_URL',
}

/**
 * The part of a catalog that this environment can call: endpoints whose key is not set are left out, models lose
 * the versions behind them, and each task goes on with the first of its models that remains. Endpoints without an
 * address of their own follow `OPENAI_BASE_URL` and `ANTHROPIC_BASE_URL`. A classifying model that is left out leaves
 * the rules alone.
 * @throws CatalogError when a task has no model left; it says which variables to set
 */
export function environmentCatalog(
  catalog: Catalog,
  lookup: VariableLookup,
  sourceName = 'the catalog',
): EnvironmentCatalog {
  const { endpoints, skipped } = availableEndpoints(catalog, lookup)
  const models = new Map<string, Model>()
  for (const model of Object.values(catalog.models)) {
    const versions = model.versions.filter((version) => endpoints.has(version.endpoint))
    if (versions.length > 0) models.set(model.name, { ...model, versions })
  }
  const empty = TASK_TYPES.filter((type) => remainingModels(catalog.tasks[type], models).length === 0)
  const { tenants, problems } = narrowTenants(catalog, models)
  const lacking = [
    ...empty.map((type) => noModelLeft(['tasks', type], catalog.tasks[type], catalog)),
    ...problems,
  ]
  if (lacking.length > 0) throw new CatalogError(sourceName, lacking)
  const { classifyWith, ...rest } = catalog
  return {
    catalog: {
      ...rest,
      endpoints: Object.fromEntries(endpoints),
      models: Object.fromEntries(models),
      tasks: byTaskType((type) => narrowTask(catalog.tasks[type], models)),
      ...(tenants === undefined ? {} : { tenants }),
      ...(classifyWith === undefined || !models.has(classifyWith) ? {} : { classifyWith }),
    },
    skipped,
  }
}

/** The endpoints that this environment has keys for, and the others with what to set. */
export function availableEndpoints(
  catalog: Catalog,
  lookup: VariableLookup,
): { readonly endpoints: ReadonlyMap<string, Endpoint>; readonly skipped: readonly SkippedEndpoint[] } {
  const endpoints = new Map<string, Endpoint>()
  const skipped: SkippedEndpoint[] = []
  for (const endpoint of Object.values(catalog.endpoints)) {
    const variable = endpoint.apiKeyVariable
    if (variable === undefined || isSet(lookup(variable))) {
      endpoints.set(endpoint.name, withBaseUrl(endpoint, lookup))
    } else {
      skipped.push({ endpoint: endpoint.name, reason: `needs a key: set ${variable}` })
    }
  }
  return { endpoints, skipped }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== ''
}

function withBaseUrl(endpoint: Endpoint, lookup: VariableLookup): Endpoint {
  const variable = BASE_URL_VARIABLES[endpoint.kind]
  if (endpoint.baseUrl !== undefined || variable === undefined) return endpoint
  const baseUrl = lookup(variable)?.trim()
  return baseUrl === undefined || baseUrl === '' ? endpoint : { ...endpoint, baseUrl }
}
