import { environmentCatalog, loadCatalog } from '../workers/dev-settings.ts'
import type { Catalog } from '../domain/catalog/model.ts'
import { lookupVariable } from './settings.ts'
import type { ModelList } from '../domain/catalog/model-list.ts'

/** A catalog file as it stands, and what of it this machine's environment could call. */
export interface LocalCatalog {
  readonly whole: Catalog
  readonly here: ModelList
}

/** Reads the catalog file without any running system. @throws CatalogError */
export async function readLocalCatalog(catalogPath: string): Promise<LocalCatalog> {
  const whole = await loadCatalog(catalogPath)
  return { whole, here: environmentCatalog(whole, lookupVariable(), catalogPath) }
}

/** What this machine's environment could call, read from the catalog file without any running system. */
export async function readLocalModels(catalogPath: string): Promise<ModelList> {
  const { whole, here } = await readLocalCatalog(catalogPath)
  // Every model is worth showing, but tasks only go to those that can be called.
  return { catalog: { ...whole, tasks: here.catalog.tasks }, skipped: here.skipped }
}
