import { type Contender, type FanOut, timeRuns } from '../fan-out.ts'
import { fanOutCatalog, modelName } from './switchyard-catalog.ts'
import { createSwitchyard } from '../../../client/switchyard.ts'
import { join } from 'node:path'
import { startChild } from '../child.ts'
import type { TaskInput } from '../../../client/inputs/task-input.ts'
import { writeFile } from 'node:fs/promises'
import { YOUNG_GENERATION_FLAG } from '../../../workers/engine-flags.ts'

export interface SwitchyardParts {
  /** `host:port` of the Temporal server. */
  readonly address: string
  readonly upstreamUrl: string
  /** For the catalog, the database and the content store. */
  readonly folder: string
  readonly latenciesMs: readonly number[]
  /** PostgreSQL; absent: the embedded database. */
  readonly databaseUrl?: string
  /** Takes over the workers, to stop them at the end. */
  readonly stack: AsyncDisposableStack
}

/** Switchyard as it runs in production: its orchestrator, its cloud worker and its client, each in its own process. */
export async function startSwitchyard(parts: SwitchyardParts): Promise<Contender> {
  const { address, folder, upstreamUrl, latenciesMs, databaseUrl, stack } = parts
  const catalogPath = join(folder, 'catalog.yaml')
  await writeFile(catalogPath, fanOutCatalog(upstreamUrl, latenciesMs))
  const variables = {
    SWITCHYARD_DATA_DIR: folder,
    SWITCHYARD_CATALOG: catalogPath,
    // Health checks would be measured as well.
    SWITCHYARD_SCHEDULES: 'none',
    TEMPORAL_ADDRESS: address,
    // As docker-compose.yml sets it for every worker.
    NODE_OPTIONS: YOUNG_GENERATION_FLAG,
    TEMPORAL_CONFIG_FILE: join(folder, 'no-profiles.toml'),
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  }
  for (const [kind, readyText] of [
    ['orchestrator', 'the orchestrator polls'],
    ['cloud', 'the cloud workers poll'],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- the workflow bundle is built once, by the first
    const worker = await startChild({ script: `../../workers/${kind}-main.ts`, variables, readyText })
    stack.defer(async () => void (await worker.stop()))
  }
  const switchyard = await createSwitchyard({
    address,
    namespace: 'default',
    contentDir: join(folder, 'content'),
  })
  stack.defer(() => switchyard.close())
  return {
    name: 'Switchyard',
    run: (fanOut) =>
      timeRuns(fanOut.runs, async () => {
        const { phase } = await switchyard.runTask(independentSubtasks(fanOut))
        if (phase !== 'completed') throw new Error(`a task ended as ${phase}`)
      }),
  }
}

/** A task with a ready plan, nothing of which waits for anything. */
function independentSubtasks({ width, latencyMs }: FanOut): TaskInput {
  return {
    task: 'bench',
    model: modelName(latencyMs),
    plan: {
      subtasks: Array.from({ length: width }, (_, index) => ({ id: `s${index}`, action: `hello ${index}` })),
    },
    parallelism: width,
    synthesis: 'none',
  }
}
