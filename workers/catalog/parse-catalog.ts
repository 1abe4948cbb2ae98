import type { Catalog, Endpoint, Model, ModelVersion } from '../../domain/catalog/model.ts'
import { CatalogError, type CatalogProblem } from './catalog-problem.ts'
import { type ModelDraft, readDraft } from './read-draft.ts'
import { PriceUnknownError, priceOf } from './prices.ts'
import { toEndpoint, toTasks, toVersion } from './from-document.ts'
import type { Price } from '../../domain/catalog/price.ts'
import { toAlertSettings } from './alert-document.ts'
import { toTenants } from './to-tenants.ts'
import type { VersionEntry } from './document.ts'
import { checkCatalog } from './check-catalog.ts'
import { parseDocument } from 'yaml'
import { sha256Hex } from '../../payloads/content-store.ts'

export interface ParseCatalogOptions {
  /** Begins the error message: a file name. */
  readonly sourceName: string
  /** Prices of the public list are those of this moment; default: now. */
  readonly pricesAt?: Date
}

/**
 * Reads a catalog from YAML, checks its shape, references and pinning, and puts a price on every version.
 * @throws CatalogError with all problems at once
 */
export function parseCatalog(
  yamlText: string,
  { sourceName, pricesAt = new Date() }: ParseCatalogOptions,
): Catalog {
  const problems: CatalogProblem[] = []
  const draft = readDraft(readYaml(yamlText, sourceName), problems)
  if (draft === undefined) throw new CatalogError(sourceName, problems)
  problems.push(...checkCatalog(draft))
  const endpoints = new Map([...draft.endpoints].map(([name, entry]) => [name, toEndpoint(name, entry)]))
  const models = [...draft.models].map(([name, model]) =>
    buildModel(name, model, { endpoints, pricesAt, problems }),
  )
  const tasks = toTasks(draft.tasks)
  if (problems.length > 0 || tasks === undefined) throw new CatalogError(sourceName, problems)
  return {
    version: sha256Hex(yamlText),
    endpoints: Object.fromEntries(endpoints),
    models: Object.fromEntries(models.map((model) => [model.name, model])),
    tasks,
    ...(draft.quotaPools.size === 0 ? {} : { quotaPools: Object.fromEntries(draft.quotaPools) }),
    ...(draft.tenants.size === 0 ? {} : { tenants: toTenants(draft.tenants) }),
    ...(draft.alerts === undefined ? {} : { alerts: toAlertSettings(draft.alerts) }),
    ...(draft.routing.classifyWith === undefined ? {} : { classifyWith: draft.routing.classifyWith }),
  }
}

function readYaml(yamlText: string, sourceName: string): unknown {
  const document = parseDocument(yamlText)
  if (document.errors.length > 0) {
    throw new CatalogError(
      sourceName,
      document.errors.map(({ message }) => ({ path: [], message: `is no valid YAML: ${message.trim()}` })),
    )
  }
  return document.toJS()
}

interface BuildContext {
  readonly endpoints: ReadonlyMap<string, Endpoint>
  readonly pricesAt: Date
  readonly problems: CatalogProblem[]
}

function buildModel(name: string, draft: ModelDraft, context: BuildContext): Model {
  const versions = draft.versions.flatMap((entry, index): ModelVersion[] => {
    const endpoint = entry === undefined ? undefined : context.endpoints.get(entry.endpoint)
    if (entry === undefined || endpoint === undefined) return []
    const price = findPrice(entry, endpoint, context, ['models', name, 'versions', index, 'price'])
    return price === undefined ? [] : [toVersion(name, entry, price)]
  })
  return { name, ...(draft.description === undefined ? {} : { description: draft.description }), versions }
}

function findPrice(
  entry: VersionEntry,
  endpoint: Endpoint,
  { pricesAt, problems }: BuildContext,
  path: CatalogProblem['path'],
): Price | undefined {
  const version = {
    providerModel: entry.id,
    kind: endpoint.kind,
    ...(endpoint.baseUrl === undefined ? {} : { baseUrl: endpoint.baseUrl }),
    ...(entry.price === undefined ? {} : { override: entry.price }),
  }
  try {
    return priceOf(version, pricesAt)
  } catch (error) {
    if (!(error instanceof PriceUnknownError)) throw error
    problems.push({ path, message: error.message })
    return undefined
  }
}
