import type { Catalog, Model, ModelVersion, WeightsSource } from '../../catalog/model.ts'
import type { ModelUpdateRequest } from './model-update-request.ts'
import type { TrafficState } from '../../traffic/traffic-state.ts'
import type { VersionName } from '../../nodes/node.ts'

/** A version that could get a model's traffic. */
export interface FoundUpdate extends VersionName {
  /** What has it now. */
  readonly stableVersion: string
  /** Set where its weights have to be looked at before. */
  readonly weights?: WeightsSource
}

/** Why a model gets no other version for now; follows its name. */
export interface NoUpdate {
  readonly model: string
  readonly reason: string
}

/** What is known of a model's traffic; nothing where it was never shared out. */
export type KnownTraffic = Pick<TrafficState, 'stableVersion' | 'versions'> & {
  readonly lease?: Pick<NonNullable<TrafficState['lease']>, 'holder' | 'version'>
}

type Found = FoundUpdate | NoUpdate

/**
 * The versions of the catalog that were never used, one for each model: one that stands before the version that is served
 * goes first, because the catalog prefers it; else the one that was added last. What failed or went back is not tried again.
 */
export function findUpdates(
  { models }: Pick<Catalog, 'models'>,
  traffic: ReadonlyMap<string, KnownTraffic>,
  { model: only, except }: Pick<ModelUpdateRequest, 'model' | 'except'>,
): readonly Found[] {
  return Object.values(models)
    .filter(({ name }) => (only === undefined ? !except.includes(name) : name === only))
    .map((model) => findUpdate(model, traffic.get(model.name)))
}

function findUpdate({ name, versions }: Model, known: KnownTraffic | undefined): Found {
  const stableVersion = known?.stableVersion ?? versions[0]?.version ?? ''
  if (known?.lease !== undefined) {
    return { model: name, reason: `is being rolled out to ${known.lease.version} by ${known.lease.holder}` }
  }
  const statuses = new Map(known?.versions.map(({ version, status }) => [version, status]))
  const unused = versions.filter(
    ({ version }) => version !== stableVersion && (statuses.get(version) ?? 'registered') === 'registered',
  )
  const place = versions.findIndex(({ version }) => version === stableVersion)
  const [preferred] = unused.filter((version) => versions.indexOf(version) < place)
  const chosen = preferred ?? unused.at(-1)
  if (chosen === undefined) return { model: name, reason: 'has no version that was never used' }
  return toUpdate(chosen, stableVersion)
}

/** The version that a request names, by its own name or by its weights. */
export function namedUpdate(
  { models }: Pick<Catalog, 'models'>,
  known: KnownTraffic | undefined,
  { model: name = '', version, weights }: Pick<ModelUpdateRequest, 'model' | 'version' | 'weights'>,
): Found {
  const model = Object.hasOwn(models, name) ? models[name] : undefined
  if (model === undefined) {
    return { model: name, reason: `is not in the catalog, which has ${Object.keys(models).join(', ')}` }
  }
  const named = model.versions.filter((other) => version === undefined || other.version === version)
  if (named.length === 0) {
    const others = model.versions.map((other) => other.version).join(', ')
    return { model: name, reason: `has no version ${version ?? ''}; it has ${others}` }
  }
  const found = named.find((other) => weights === undefined || hasWeights(other, weights))
  if (found === undefined) {
    const path = weights?.path ?? ''
    return { model: name, reason: `has no version in the catalog with the weights ${path} of that SHA-256` }
  }
  const stableVersion = known?.stableVersion ?? model.versions[0]?.version ?? ''
  if (found.version === stableVersion) return { model: name, reason: `is served by ${stableVersion} already` }
  return toUpdate(found, stableVersion)
}

function hasWeights(
  { weights }: ModelVersion,
  { path, sha256 }: NonNullable<ModelUpdateRequest['weights']>,
): boolean {
  return weights?.sha256 === sha256 && (weights.uri === path || weights.uri === `file:${path}`)
}

function toUpdate({ model, version, weights }: ModelVersion, stableVersion: string): FoundUpdate {
  return { model, version, stableVersion, ...(weights === undefined ? {} : { weights }) }
}
