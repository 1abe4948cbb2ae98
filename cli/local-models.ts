import { environmentCatalog, loadCatalog } from '../workers/dev-settings.ts'
import { lookupVariable } from './settings.ts'
import type { ModelList } from '../domain/catalog/model-list.ts'

/** What this machine's environment could call, read from the catalog file without any running system. */
export async function readLocalModels(catalogPath: string): Promise<ModelList> {
  const catalog = await loadCatalog(catalogPath)
  const here = environmentCatalog(catalog, lookupVariable(), catalogPath)
  // Every model is worth showing, but tasks only go to those that can be called.
  return { catalog: { ...catalog, tasks: here.catalog.tasks }, skipped: here.skipped }
}
