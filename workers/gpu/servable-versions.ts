import type { Catalog, Endpoint, ModelVersion, WeightsSource } from '../../domain/catalog/model.ts'
import type { Engine, LoadPhase, ServableVersion } from './engine.ts'
import type { HostTuning } from '../../domain/catalog/host-tuning.ts'
import type { ModelHost, ModelHostOptions } from '../../providers/local/model-host.ts'
import type { AttachedServer, AttachServerOptions } from '../../providers/local/attached/attach-server.ts'
import type { HostState } from '../../providers/local/host-state.ts'
import type { VariableLookup } from '../catalog/environment-catalog.ts'
import { createLocalProvider } from '../../providers/local/provider.ts'
import { estimateMemoryNeed } from '../../providers/local/memory-need.ts'

/** What versions are loaded with; tests hand in their own. */
export interface EngineParts {
  /** The path of the GGUF file that a source names, fetched if need be. */
  readonly ensureWeights: (source: WeightsSource) => Promise<string>
  /** The same without fetching: `undefined` while it is not here. */
  readonly findWeights: (source: WeightsSource) => Promise<string | undefined>
  readonly startHost: (options: ModelHostOptions) => Promise<ModelHost>
  readonly attach: (options: AttachServerOptions) => Promise<AttachedServer>
  /** Finds the key of an attached server. */
  readonly lookup: VariableLookup
}

/** A version of a catalog whose weights a node loads. */
export interface LocalVersion {
  readonly version: ModelVersion
  readonly endpoint: Endpoint
  readonly weights: WeightsSource
}

/** A server that starts comes up within seconds. */
const ATTACH_PAUSE_MS = 5_000

/** The versions of a catalog whose weights a GPU node loads. */
export function localVersions(catalog: Catalog): readonly LocalVersion[] {
  return atLocalEndpoints(catalog).flatMap(({ version, endpoint }) =>
    version.weights === undefined ? [] : [{ version, endpoint, weights: version.weights }],
  )
}

/** Every version that a GPU node can hold: with weights of its own, or at a server beside it. */
export function servableVersions(catalog: Catalog, parts: EngineParts): readonly ServableVersion[] {
  return atLocalEndpoints(catalog).map(({ version, endpoint }) => {
    const { weights } = version
    return weights === undefined
      ? attachedVersion(version, endpoint, parts)
      : loadedVersion({ version, endpoint, weights }, parts)
  })
}

function atLocalEndpoints(catalog: Catalog): readonly Pick<LocalVersion, 'version' | 'endpoint'>[] {
  return Object.values(catalog.models)
    .flatMap(({ versions }) => versions)
    .flatMap((version) => {
      const endpoint = catalog.endpoints[version.endpoint]
      return endpoint?.kind === 'local' ? [{ version, endpoint }] : []
    })
}

function common({ model, version, tuning }: ModelVersion, { name, concurrency, callTimeoutMs }: Endpoint) {
  return { model, version, endpoint: name, slots: tuning?.slots ?? concurrency, callTimeoutMs }
}

function loadedVersion({ version, endpoint, weights }: LocalVersion, parts: EngineParts): ServableVersion {
  const { slots, ...tuning } = hostTuningOf(version, endpoint)
  const context = { slots, contextSize: version.contextWindow }
  let need: Promise<number | undefined> | undefined
  return {
    ...common(version, endpoint),
    start: async (onPhase, availableMemoryBytes) => {
      const modelPath = await parts.ensureWeights(weights)
      const host = await parts.startHost({
        modelPath,
        version: `${version.model} ${version.version}`,
        ...context,
        ...tuning,
        ...(weights.sha256 === undefined ? {} : { sha256: weights.sha256 }),
        ...(availableMemoryBytes === undefined ? {} : { availableMemoryBytes }),
        onState: (state) => {
          const phase = toLoadPhase(state)
          if (phase !== undefined) onPhase(phase)
        },
      })
      return hostEngine(host, version, endpoint)
    },
    memoryNeed: async () => {
      need ??= findNeed(weights, context, parts)
      const bytes = await need
      // Its weights may be here the next time.
      if (bytes === undefined) need = undefined
      return bytes
    },
  }
}

/** How a version is run: as it says itself, else as its endpoint does. */
export function hostTuningOf(
  { tuning }: Pick<ModelVersion, 'tuning'>,
  { concurrency }: Pick<Endpoint, 'concurrency'>,
): HostTuning & Required<Pick<HostTuning, 'slots'>> {
  return { ...tuning, slots: tuning?.slots ?? concurrency }
}

async function findNeed(
  weights: WeightsSource,
  context: Parameters<typeof estimateMemoryNeed>[1],
  { findWeights }: EngineParts,
): Promise<number | undefined> {
  try {
    const path = await findWeights(weights)
    return path === undefined ? undefined : await estimateMemoryNeed(path, context)
  } catch {
    // Loading it says what is wrong with it.
    return undefined
  }
}

function hostEngine(host: ModelHost, { providerModel }: ModelVersion, { name }: Endpoint): Engine {
  return {
    provider: createLocalProvider({ name, host: (asked) => (asked === providerModel ? host : undefined) }),
    exited: host.exited,
    unload: (options) => host.unload(options),
    queuedCalls: () => host.status().queueDepth,
    memoryBytes: () => {
      const { estimate } = host.status()
      return estimate === undefined ? undefined : estimate.ramBytes + estimate.gpuBytes
    },
    kill: (reason) => void host.kill(reason),
  }
}

function toLoadPhase({ phase }: HostState): LoadPhase | undefined {
  if (phase === 'reserving' || phase === 'loading') return 'loading'
  return phase === 'warming' || phase === 'probing' ? phase : undefined
}

function attachedVersion(version: ModelVersion, endpoint: Endpoint, parts: EngineParts): ServableVersion {
  const { name, baseUrl, apiKeyVariable } = endpoint
  return {
    ...common(version, endpoint),
    longestPauseMs: ATTACH_PAUSE_MS,
    start: async (onPhase) => {
      if (baseUrl === undefined) throw new Error(`endpoint ${name} has no baseUrl to attach to`)
      onPhase('probing')
      const server = await parts.attach({
        name,
        baseUrl,
        providerModel: version.providerModel,
        apiKeyVariable,
        apiKey: apiKeyVariable === undefined ? undefined : parts.lookup(apiKeyVariable),
      })
      return {
        provider: server.provider,
        exited: server.exited,
        unload: async () => server.detach(),
        queuedCalls: () => 0,
        load: () => server.load(),
        memoryBytes: () => undefined,
        kill: () => server.detach(),
      }
    },
    memoryNeed: async () => undefined,
  }
}
