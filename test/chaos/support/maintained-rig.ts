import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { Client, Connection } from '@temporalio/client'
import { createNamespace } from '../../fixtures/namespace.ts'
import { createSwitchyard, type Switchyard } from '../../../client/switchyard.ts'
import { childrenOf, killProcess } from '../../fixtures/process-tree.ts'
import { startNode } from './child-process.ts'
import type { VersionHealth } from '../../../domain/maintenance/health/version-health.ts'
import { writeTinyGguf } from '../../../tools/tiny-gguf.ts'

/** A dev system with two local models, each at a host of its own; `fragile` is asked first and `steady` stands behind it. */
export interface MaintainedRig extends AsyncDisposable {
  readonly switchyard: Switchyard
  readonly client: Client
  /** What the health check says of a model. */
  healthOf(model: string): Promise<VersionHealth | undefined>
  /** Kills the host of `fragile` for good: its weights are gone. */
  killFragileHost(): Promise<void>
  /** Puts its weights back: the next start of its host succeeds. */
  mendFragileHost(): Promise<void>
  output(): string
}

export interface MaintainedRigOptions {
  readonly address: string
  /** The file of schedules. */
  readonly schedules: object
}

const SIZES =
  'contextWindow: 2048, maxOutputTokens: 200, planning: numbered-lines, capabilities: [seed, temperature], ' +
  'price: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 }'

export async function startMaintainedRig({
  address,
  schedules,
}: MaintainedRigOptions): Promise<MaintainedRig> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-maintained-'))
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }))
  const namespace = await createNamespace(address)
  const weights = { fragile: join(folder, 'fragile.gguf'), steady: join(folder, 'steady.gguf') }
  await Promise.all(Object.entries(weights).map(([seed, path]) => writeTinyGguf(path, { seed })))
  await writeFile(join(folder, 'catalog.yaml'), catalogOf(weights))
  await writeFile(join(folder, 'schedules.yaml'), stringify(schedules))
  const system = startNode('workers/dev-main.ts', [], {
    SWITCHYARD_DATA_DIR: folder,
    SWITCHYARD_CATALOG: join(folder, 'catalog.yaml'),
    SWITCHYARD_SCHEDULES: join(folder, 'schedules.yaml'),
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
  })
  stack.defer(async () => {
    if (!system.hasEnded()) await system.end('SIGTERM')
  })
  await system.hasSaid('Switchyard runs on Temporal')
  const switchyard = await createSwitchyard({ address, namespace, contentDir: join(folder, 'content') })
  stack.defer(() => switchyard.close())
  const connection = await Connection.connect({ address })
  stack.defer(() => connection.close())
  const owned = stack.move()
  return {
    switchyard,
    client: new Client({ connection, namespace }),
    healthOf: async (model) => (await switchyard.maintenance()).versions.find((one) => one.model === model),
    killFragileHost: async () => {
      const hosts = await hostsWith(system.pid, weights.fragile)
      if (hosts.length === 0) throw new Error('no process has the weights of fragile loaded')
      await rename(weights.fragile, `${weights.fragile}.away`)
      hosts.forEach(killProcess)
    },
    mendFragileHost: () => rename(`${weights.fragile}.away`, weights.fragile),
    output: () => system.output(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** The children of a process that have a file mapped into their memory. */
async function hostsWith(parent: number, path: string): Promise<readonly number[]> {
  const children = await childrenOf(parent)
  const found = await Promise.all(
    children.map(async (pid) => {
      const maps = await readFile(`/proc/${pid}/maps`, 'utf8').catch(() => '')
      return maps.includes(path) ? [pid] : []
    }),
  )
  return found.flat()
}

function catalogOf({ fragile, steady }: { readonly fragile: string; readonly steady: string }): string {
  return `
endpoints:
  own: { kind: local, concurrency: 1, callTimeoutMs: 60000, queueTimeoutMs: 4000 }
models:
  fragile:
    versions:
      - { version: v1, id: fragile-1, endpoint: own, weights: { uri: 'file:${fragile}' }, ${SIZES} }
  steady:
    versions:
      - { version: v1, id: steady-1, endpoint: own, weights: { uri: 'file:${steady}' }, ${SIZES} }
tasks:
  default: { model: fragile, fallbacks: [steady], temperature: 0, maxOutputTokens: 8 }
`
}
