import type { Catalog, Endpoint, Model, ModelVersion, WeightsSource } from '../catalog/model.ts'
import type { HostTuning } from '../catalog/host-tuning.ts'
import type { TrafficByModel } from '../nodes/active-versions.ts'

/** A version whose weights a node loads itself, as a shadow host needs it. */
export interface TuningSubject {
  readonly model: string
  readonly version: string
  readonly weights: WeightsSource
  /** Tokens of one slot. */
  readonly contextSize: number
  /** As its hosts run it today; `slots` is always there. */
  readonly tuning: HostTuning & Required<Pick<HostTuning, 'slots'>>
}

export type FoundSubjects =
  | { readonly subjects: readonly TuningSubject[] }
  /** A sentence for people. */
  | { readonly problem: string }

/** The versions to be tuned: the one that is asked for, else the stable one of each model that a node can load. */
export function findSubjects(
  catalog: Catalog,
  traffic: TrafficByModel,
  asked: { readonly model?: string; readonly version?: string },
): FoundSubjects {
  if (asked.model === undefined) {
    if (asked.version !== undefined) return { problem: 'version: needs the model that it is one of' }
    return {
      subjects: Object.values(catalog.models).flatMap((model) => stableSubject(catalog, model, traffic)),
    }
  }
  const model = Object.hasOwn(catalog.models, asked.model) ? catalog.models[asked.model] : undefined
  if (model === undefined) {
    return {
      problem: `model: there is no ${asked.model}; the catalog has ${Object.keys(catalog.models).join(', ')}`,
    }
  }
  const name = asked.version ?? stableVersion(model, traffic)
  const version = model.versions.find((other) => other.version === name)
  if (version === undefined) {
    const known = model.versions.map((other) => other.version).join(', ')
    return { problem: `version: ${model.name} has no ${name ?? 'version'}; it has ${known}` }
  }
  const subject = toSubject(catalog, version)
  return subject === undefined
    ? { problem: `${model.name} ${version.version} has no weights that a node of ours loads` }
    : { subjects: [subject] }
}

/** `undefined` for versions that others run. */
export function toSubject(catalog: Catalog, found: ModelVersion): TuningSubject | undefined {
  const endpoint: Endpoint | undefined = catalog.endpoints[found.endpoint]
  const { model, version, weights, contextWindow: contextSize, tuning } = found
  if (endpoint?.kind !== 'local' || weights === undefined) return undefined
  return {
    model,
    version,
    weights,
    contextSize,
    tuning: { ...tuning, slots: tuning?.slots ?? endpoint.concurrency },
  }
}

function stableSubject(catalog: Catalog, model: Model, traffic: TrafficByModel): readonly TuningSubject[] {
  const stable = stableVersion(model, traffic)
  const version = model.versions.find((other) => other.version === stable)
  const subject = version === undefined ? undefined : toSubject(catalog, version)
  return subject === undefined ? [] : [subject]
}

function stableVersion({ name, versions }: Model, traffic: TrafficByModel): string | undefined {
  const published = traffic.get(name)?.stableVersion
  const isKnown = versions.some(({ version }) => version === published)
  return isKnown ? published : versions[0]?.version
}
