import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { smallCatalog } from '../../workers/catalog/small-catalog.ts'
import { type NodeProcess, startNode } from './child-process.ts'
import { processesOf } from './processes-of.ts'

/** A data folder on which whole dev systems are started: a Temporal server, a model host, all workers. */
export interface DevFolder extends AsyncDisposable {
  readonly path: string
  /** Replaces the catalog by one with these changes; see `smallCatalog`. */
  writeCatalog(changes: Readonly<Record<string, unknown>>): Promise<void>
  /** Starts a script that runs a dev system; it need not be up yet. */
  start(script: string, args?: readonly string[], variables?: Readonly<Record<string, string>>): NodeProcess
  /** Command lines of everything that runs on this folder. */
  processes(): Promise<readonly string[]>
  /** Waits until nothing runs on this folder any more. */
  isLeftAlone(): Promise<void>
}

/** A guard gives its child five seconds to end in order. */
const LONGEST_END_MS = 25_000

export async function createDevFolder(): Promise<DevFolder> {
  const path = await mkdtemp(join(tmpdir(), 'switchyard-left-'))
  const started: NodeProcess[] = []
  const writeCatalog = (changes: Readonly<Record<string, unknown>>) =>
    writeFile(join(path, 'catalog.yaml'), smallCatalog(changes))
  const processes = () => processesOf(path)
  await writeCatalog({})
  return {
    path,
    writeCatalog,
    processes,
    start: (script, args = [], variables = {}) => {
      const system = startNode(script, args, {
        SWITCHYARD_DATA_DIR: path,
        SWITCHYARD_CATALOG: join(path, 'catalog.yaml'),
        ...variables,
      })
      started.push(system)
      return system
    },
    isLeftAlone: () => expect.poll(processes, { timeout: LONGEST_END_MS, interval: 200 }).toEqual([]),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(started.filter((child) => !child.hasEnded()).map((child) => child.end('SIGKILL')))
      await rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 })
    },
  }
}
