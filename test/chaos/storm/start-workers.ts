import { childrenOf, killProcess } from '../../fixtures/process-tree.ts'
import { type NodeProcess, startNode } from '../support/child-process.ts'
import { type Supervised, supervise } from './supervise.ts'

/** The worker processes of a storm. */
export type StormWorkers = Readonly<Record<'orchestrator' | 'cloud', Supervised>>

/** Starts both kinds of worker with these environment variables. */
export function startWorkers(variables: Readonly<Record<string, string>>): StormWorkers {
  return {
    orchestrator: supervise({
      name: 'orchestrator',
      servingWords: 'the orchestrator polls',
      start: () => startNode('workers/orchestrator-main.ts', [], variables),
    }),
    cloud: supervise({
      name: 'cloud',
      servingWords: 'the cloud workers poll',
      start: () => startNode('workers/cloud-main.ts', [], variables),
      kill: createCloudKill(),
    }),
  }
}

/** Every other time only the worker itself, which its supervisor replaces; else both, as when a container dies. */
function createCloudKill() {
  let isWhole = false
  return async (cloud: NodeProcess, dies: () => void): Promise<void> => {
    const children = await childrenOf(cloud.pid)
    isWhole = !isWhole || children.length === 0
    if (isWhole) dies()
    const ended = isWhole ? cloud.end('SIGKILL') : undefined
    for (const child of children) killProcess(child)
    await ended
  }
}
