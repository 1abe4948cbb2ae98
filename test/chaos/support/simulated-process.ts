import { readFile } from 'node:fs/promises'
import { type NodeProcess, startNode } from './child-process.ts'
import type { JournalEntry } from '../../../providers/simulated/journal.ts'

/** A simulated provider in a process of its own: it lives on when its callers die. */
export interface SimulatedProcess {
  readonly url: string
  readonly process: NodeProcess
  /** What it has served so far, as it stands on the disk. */
  journal(): Promise<readonly JournalEntry[]>
}

export interface SimulatedProcessOptions {
  readonly journalFile: string
  readonly seed: number
  /** A JSON file; absent: it behaves well. */
  readonly behaviourFile?: string
}

export async function startSimulatedProcess(options: SimulatedProcessOptions): Promise<SimulatedProcess> {
  const { journalFile, seed, behaviourFile } = options
  const behaviour = behaviourFile === undefined ? [] : ['--behaviour', behaviourFile]
  const args = ['--journal', journalFile, '--seed', String(seed), ...behaviour]
  const child = startNode('providers/simulated/main.ts', args)
  await child.hasSaid('}')
  const { port }: { port: number } = JSON.parse(child.output())
  return {
    url: `http://127.0.0.1:${port}`,
    process: child,
    journal: async () => {
      const lines = (await readFile(journalFile, 'utf8')).split('\n').slice(0, -1)
      return lines.map((line): JournalEntry => JSON.parse(line))
    },
  }
}
