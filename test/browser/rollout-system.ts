import { stringify } from 'yaml'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { modelWorkflowId } from '../../domain/ids.ts'
import { readDevFile } from '../../workers/process/dev-file.ts'
import { startNode } from '../chaos/support/child-process.ts'
import type { TrafficState } from '../../domain/traffic/traffic-state.ts'
import { until } from '../chaos/support/until.ts'

/** A whole dev system with the Temporal UI on, and one model at a vendor that nobody calls. */
export interface RolloutSystem extends AsyncDisposable {
  readonly uiUrl: string
  /** The shares of the model by version, 0 to 100. */
  percents(): Promise<Readonly<Record<string, number>>>
}

const MODEL = 'sim-main'

export async function startRolloutSystem(): Promise<RolloutSystem> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-browser-'))
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 }))
  const catalogPath = join(folder, 'catalog.yaml')
  await writeFile(catalogPath, catalog())
  const system = startNode('workers/dev-main.ts', [], {
    SWITCHYARD_DATA_DIR: folder,
    SWITCHYARD_CATALOG: catalogPath,
  })
  stack.defer(async () => {
    // Its Temporal server writes into the folder until it has ended.
    if (!system.hasEnded()) await system.end('SIGTERM')
  })
  const { address, uiUrl } = await until(
    'the dev system is up',
    async () => {
      if (system.hasEnded()) throw new Error(`the dev system ended:\n${system.output()}`)
      return readDevFile(folder)
    },
    { timeoutMs: 180_000, intervalMs: 200 },
  )
  if (uiUrl === undefined) throw new Error('the dev system has no UI')
  const connection = await Connection.connect({ address })
  stack.defer(() => connection.close())
  const model = new Client({ connection }).workflow.getHandle(modelWorkflowId(MODEL))
  const owned = stack.move()
  return {
    uiUrl,
    percents: async () => {
      const { arms } = await model.query<TrafficState>('traffic')
      return Object.fromEntries(arms.map(({ version, percent }) => [version, percent]))
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function catalog(): string {
  const version = (date: string) => ({
    version: date,
    id: `${MODEL}-${date}`,
    endpoint: 'simulated',
    contextWindow: 100_000,
    maxOutputTokens: 2_000,
    capabilities: ['streaming'],
    planning: 'json-schema',
    price: { inputUsdPerMillionTokens: 0.15, outputUsdPerMillionTokens: 0.6 },
  })
  return stringify({
    endpoints: { simulated: { kind: 'simulated', baseUrl: 'http://127.0.0.1:9' } },
    models: { [MODEL]: { versions: [version('2026-01-01'), version('2026-02-01')] } },
    tasks: { default: { model: MODEL, temperature: 0, maxOutputTokens: 200 } },
  })
}
