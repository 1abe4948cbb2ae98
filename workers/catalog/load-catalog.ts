import type { Catalog } from '../../domain/catalog/model.ts'
import { fileURLToPath } from 'node:url'
import { parseCatalog } from './parse-catalog.ts'
import { readFile } from 'node:fs/promises'
import { messageOf } from '../../domain/message-of.ts'

/** The catalog that comes with Switchyard. */
export const DEFAULT_CATALOG_PATH = fileURLToPath(new URL('../../catalog.yaml', import.meta.url))

/**
 * Reads and checks a catalog file.
 * @param path default: the catalog that comes with Switchyard
 * @throws CatalogError with all problems at once; Error when the file cannot be read
 */
export async function loadCatalog(path: string = DEFAULT_CATALOG_PATH): Promise<Catalog> {
  return parseCatalog(await readCatalog(path), { sourceName: path })
}

async function readCatalog(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const reason = messageOf(error)
    throw new Error(`cannot read the catalog (${reason}); set SWITCHYARD_CATALOG to an existing YAML file`, {
      cause: error,
    })
  }
}
