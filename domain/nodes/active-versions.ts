import type { Catalog, Model, ModelVersion } from '../catalog/model.ts'
import type { TrafficSnapshot } from '../traffic/traffic-state.ts'
import type { VersionName } from './node.ts'

/** How models' traffic is shared, by model; a model without an entry sends everything to its first version. */
export type TrafficByModel = ReadonlyMap<string, Pick<TrafficSnapshot, 'arms' | 'mirror' | 'stableVersion'>>

/** The versions that GPU nodes are to hold because they have traffic or stand in for one that has, in the catalog's order. */
export function activeVersions(catalog: Catalog, traffic: TrafficByModel): readonly VersionName[] {
  return Object.values(catalog.models).flatMap((model) => {
    const used = usedVersions(model, traffic)
    return localNames(catalog, model).filter(({ version }) => used.has(version))
  })
}

/** Every version that has traffic, copies among it, or stands in for one that has, in the catalog's order. */
export function versionsInUse(catalog: Catalog, traffic: TrafficByModel): readonly ModelVersion[] {
  return Object.values(catalog.models).flatMap((model) => {
    const used = usedVersions(model, traffic)
    return model.versions.filter(({ version }) => used.has(version))
  })
}

/** Every version of a catalog that GPU nodes serve. */
export function localVersionNames(catalog: Catalog): readonly VersionName[] {
  return Object.values(catalog.models).flatMap((model) => localNames(catalog, model))
}

function localNames(catalog: Catalog, { versions }: Model): readonly VersionName[] {
  return versions
    .filter(({ endpoint }) => catalog.endpoints[endpoint]?.kind === 'local')
    .map(({ model, version }) => ({ model, version }))
}

function usedVersions({ name, versions }: Model, traffic: TrafficByModel): ReadonlySet<string | undefined> {
  const { arms = [], mirror, stableVersion } = traffic.get(name) ?? {}
  const shared = arms.filter(({ percent }) => percent > 0).map(({ version }) => version)
  const used = new Set([...shared, mirror?.version, stableVersion])
  // Without traffic of its own, or with all of it on versions that the catalog has lost.
  const isAnyKnown = versions.some(({ version }) => used.has(version))
  return isAnyKnown ? used : new Set([versions[0]?.version])
}
