import { stringify } from 'yaml'
import type { GeneratedWeights } from './tiny-versions.ts'

/** The model whose versions are rolled out, and another whose vendor is never called. */
export const ROLLED_MODEL = 'chat'
export const IDLE_MODEL = 'idle'

export interface RolloutCatalogOptions {
  /** Versions that GPU nodes load, the stable one first. */
  readonly weights: Readonly<Record<string, GeneratedWeights>>
  /** Versions at a server beside the node, by its address. */
  readonly attached?: Readonly<Record<string, string>>
}

const SLOTS = 2

/** A catalog with one model on GPU nodes in several versions. */
export function rolloutCatalog({ weights, attached = {} }: RolloutCatalogOptions): string {
  const local = { kind: 'local', concurrency: SLOTS, callTimeoutMs: 60_000, queueTimeoutMs: 120_000 }
  const loaded = Object.entries(weights).map(([version, { path, sha256 }]) => ({
    ...localVersion(version, 'own'),
    weights: { uri: `file:${path}`, sha256 },
  }))
  const servers = Object.entries(attached)
  return stringify({
    endpoints: {
      own: local,
      ...Object.fromEntries(
        servers.map(([version, baseUrl]) => [`beside-${version}`, { ...local, engine: 'attached', baseUrl }]),
      ),
      nobody: { kind: 'simulated', baseUrl: 'http://127.0.0.1:9' },
    },
    models: {
      [ROLLED_MODEL]: {
        versions: [...loaded, ...servers.map(([version]) => localVersion(version, `beside-${version}`))],
      },
      [IDLE_MODEL]: {
        versions: ['v1', 'v2'].map((version) => versionAt('nobody', version, `idle-${version}`)),
      },
    },
    tasks: { default: { model: ROLLED_MODEL, temperature: 0.7, maxOutputTokens: 96 } },
  })
}

function localVersion(version: string, endpoint: string) {
  return versionAt(endpoint, version, `tiny-${version}`)
}

function versionAt(endpoint: string, version: string, id: string) {
  return {
    version,
    id,
    pinned: true,
    endpoint,
    contextWindow: 4_096,
    maxOutputTokens: 3_000,
    capabilities: ['json', 'json-schema', 'streaming', 'seed', 'temperature'],
    planning: 'json-schema',
    price: { inputUsdPerMillionTokens: 0.05, outputUsdPerMillionTokens: 0.2 },
  }
}
