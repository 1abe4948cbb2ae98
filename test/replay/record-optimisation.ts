import type { Orchestration } from '../fixtures/orchestration.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import type { OptimisationInput, OptimisationReport } from '../../workflows/contract.ts'
import type { Recorder } from './record-traffic.ts'
import type { TrialHosts } from '../../activities/optimisation/trials.ts'
import { startTrialNode } from '../workflows/support/trial-node.ts'

const MODEL = 'tuned'

/** The catalog with a model of two local versions: the same weights with other settings, and other weights. */
export function withTunedModel(catalog: Catalog): Catalog {
  const [version] = catalog.models['first']?.versions ?? []
  if (version === undefined) throw new Error('the catalog has no model first')
  const local = { ...version, model: MODEL, endpoint: 'own', contextWindow: 2048 }
  const endpoint = catalog.endpoints['first']
  if (endpoint === undefined) throw new Error('the catalog has no endpoint first')
  const versions = [
    { ...local, version: 'v1', weights: { uri: 'generated:1' } },
    { ...local, version: 'v2', weights: { uri: 'generated:1' }, tuning: { slots: 2 } },
    { ...local, version: 'v3', weights: { uri: 'generated:3' } },
  ]
  return {
    ...catalog,
    endpoints: { ...catalog.endpoints, own: { ...endpoint, name: 'own', kind: 'local', concurrency: 1 } },
    models: { ...catalog.models, [MODEL]: { name: MODEL, versions } },
  }
}

/** Twice the slots are twice as fast, and the figures are the same in every recording. */
const HOSTS: TrialHosts = {
  measure: async ({ tuning: { slots } }, { seed }) => ({
    tokensPerSecond: 100 * slots + seed,
    coldFirstTokenMs: 50,
    warmFirstTokenMs: 40,
    firstTokenMs: [60, 70],
    perTokenMs: [10, 11],
    unfinished: 0,
    startMs: 500,
    memoryBytes: 1_000_000,
  }),
  score: async (_subject, texts) => texts.map((text) => text.length / 100),
}

const EVERYTHING: OptimisationInput = {
  model: MODEL,
  actions: ['concurrency', 'quantisation', 'idle-unload', 'cache-pruning', 'ledger-roll-up', 'statistics'],
  tries: { slots: [2] },
  rounds: 3,
  apply: true,
  ledger: { keepDays: 31 },
  by: 'ada',
}

/** One optimisation with every kind of action, whose first starts a rollout. */
export async function recordOptimisation(
  system: Orchestration,
  address: string,
  { start, save }: Recorder,
): Promise<void> {
  const needs = ['v1', 'v2', 'v3'].map((version) => ({ model: MODEL, version }))
  const node = await startTrialNode(system, { address, needs, hosts: HOSTS })
  try {
    const optimisation = await start('optimise', 'optimise/replay/1', EVERYTHING)
    const report: OptimisationReport = await optimisation.result()
    await save('optimise/replay/1', 'optimise')
    const rolloutId = report.results[0]?.proposal?.rolloutId
    if (rolloutId === undefined) throw new Error('no rollout was started')
    await system.client.workflow.getHandle(rolloutId).terminate('recorded')
  } finally {
    await node.stop()
  }
}
