import type { Catalog } from '../../domain/catalog/model.ts'
import type { VersionName } from '../../domain/nodes/node.ts'

/** Finds the version that a provider's model id at an endpoint stands for. */
export type FindVersion = (endpoint: string, providerModel: string) => VersionName

/** Where two versions are called by the same id at the same endpoint, the first one stands for both. */
export function createFindVersion({ models }: Pick<Catalog, 'models'>): FindVersion {
  const versions = new Map<string, VersionName>()
  for (const { endpoint, providerModel, model, version } of Object.values(models).flatMap(
    (entry) => entry.versions,
  )) {
    const key = JSON.stringify([endpoint, providerModel])
    if (!versions.has(key)) versions.set(key, { model, version })
  }
  return (endpoint, providerModel) =>
    versions.get(JSON.stringify([endpoint, providerModel])) ?? { model: 'unknown', version: 'unknown' }
}
