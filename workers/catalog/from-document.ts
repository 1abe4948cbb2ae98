import type { Endpoint, ModelVersion, TaskDefaults } from '../../domain/catalog/model.ts'
import type { EndpointEntry, TaskEntry, VersionEntry } from './document.ts'
import type { Price } from '../../domain/catalog/price.ts'
import { toTuning } from './tuning-document.ts'
import { byTaskType, TASK_TYPES, type TaskType } from '../../domain/model-request.ts'

const NETWORK_CONCURRENCY = 16

/** A checked entry as the endpoint that routing and workers use, defaults filled in. */
export function toEndpoint(name: string, entry: EndpointEntry): Endpoint {
  return {
    name,
    provider: entry.provider ?? name,
    kind: entry.kind,
    ...(entry.engine === undefined ? {} : { engine: entry.engine }),
    ...(entry.baseUrl === undefined ? {} : { baseUrl: entry.baseUrl }),
    ...(entry.apiKeyVariable === undefined ? {} : { apiKeyVariable: entry.apiKeyVariable }),
    callTimeoutMs: entry.callTimeoutMs,
    queueTimeoutMs: entry.queueTimeoutMs,
    concurrency: entry.concurrency ?? defaultConcurrency(entry),
    ...(entry.deployment === undefined ? {} : { deployment: entry.deployment }),
    ...(entry.quotaPool === undefined ? {} : { quotaPool: entry.quotaPool }),
  }
}

/** A model host computes one answer at a time unless told otherwise; a server of its own batches them. */
function defaultConcurrency({ kind, engine }: EndpointEntry): number {
  return kind === 'local' && engine !== 'attached' ? 1 : NETWORK_CONCURRENCY
}

/** A checked entry as the version that routing and workers use. */
export function toVersion(model: string, entry: VersionEntry, price: Price): ModelVersion {
  const { weights, tuning } = entry
  return {
    model,
    version: entry.version ?? entry.id,
    providerModel: entry.id,
    endpoint: entry.endpoint,
    contextWindow: entry.contextWindow,
    maxOutputTokens: entry.maxOutputTokens,
    capabilities: entry.capabilities,
    planning: entry.planning,
    price,
    ...(entry.profile === undefined ? {} : { profile: entry.profile }),
    ...(weights === undefined
      ? {}
      : {
          weights: {
            uri: weights.uri,
            ...(weights.sha256 === undefined ? {} : { sha256: weights.sha256 }),
          },
        }),
    ...(tuning === undefined ? {} : { tuning: toTuning(tuning) }),
  }
}

/** Defaults for every task type, or `undefined` when one is neither listed nor served by `default`. */
export function toTasks(
  entries: ReadonlyMap<string, TaskEntry>,
): Readonly<Record<TaskType, TaskDefaults>> | undefined {
  const common = entries.get('default')
  if (common === undefined && TASK_TYPES.some((type) => !entries.has(type))) return undefined
  const [first] = entries.values()
  const otherwise = common ?? first
  if (otherwise === undefined) return undefined
  return byTaskType((type) => toTask(entries.get(type) ?? otherwise))
}

function toTask(entry: TaskEntry): TaskDefaults {
  const { model, fallbacks, temperature, maxOutputTokens, targets, minQuality, weights } = entry
  return {
    model,
    fallbacks,
    temperature,
    maxOutputTokens,
    ...(minQuality === undefined ? {} : { minQuality }),
    ...(weights === undefined ? {} : { weights }),
    ...(targets === undefined ? {} : { targets: toTargets(targets) }),
  }
}

/** Models to prefer, without the targets that have none. */
export function toTargets({
  quality,
  speed,
  cost,
}: NonNullable<TaskEntry['targets']>): NonNullable<TaskDefaults['targets']> {
  return {
    ...(quality === undefined ? {} : { quality }),
    ...(speed === undefined ? {} : { speed }),
    ...(cost === undefined ? {} : { cost }),
  }
}
