// Records one history of each kind for the replay tests. Run it when a workflow changes on purpose in a way that old
// histories cannot follow, under a new name, and keep the old ones while such runs may live:
//   node test/replay/record-histories.ts v2
import { writeFile } from 'node:fs/promises'
import { Client, Connection } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { createScriptedProvider, lastText } from '../fixtures/scripted-provider.ts'
import { decideApprovalUpdate } from '../../workflows/contract.ts'
import { ensureTemporalCli, startTemporalServer } from '../../tools/temporal-server.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { startOrchestration } from '../fixtures/orchestration.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

const [version] = process.argv.slice(2)
if (version === undefined) throw new Error('usage: node test/replay/record-histories.ts VERSION')

const PLAN = {
  subtasks: [
    { id: 's1', title: 'One', action: 'Do one', type: 'analysis', dependsOn: [] },
    { id: 's2', title: 'Two', action: 'Do two', type: 'analysis', dependsOn: [] },
    { id: 's3', title: 'Three', action: 'Do three', type: 'analysis', dependsOn: ['s1', 's2'] },
  ],
}

const first = createScriptedProvider('first', (request, call) => {
  if (request.responseFormat?.type === 'json-schema') return call === 1 ? 'not a plan' : JSON.stringify(PLAN)
  if (lastText(request).includes('first is down')) return new ProviderError('overloaded', 'busy')
  return 'a short answer'
})
const second = createScriptedProvider('second', () => 'from the second')

const server = await startTemporalServer({
  cliPath: await ensureTemporalCli({ onProgress: (line) => console.error(line) }),
  headless: true,
})
const system = await startOrchestration({
  address: server.address,
  catalog: testCatalog([{ name: 'first' }, { name: 'second' }]),
  providers: { first, second },
})
const connection = await Connection.connect({ address: server.address })
try {
  const start = (type: string, workflowId: string, input: object) =>
    system.client.workflow.start(type, { taskQueue: TASK_QUEUES.orchestrator, workflowId, args: [input] })
  const task = await start('taskRun', 'task/replay/1', { task: 'Replay me', approval: {} })
  for (;;) {
    const decided = await task
      .executeUpdate(decideApprovalUpdate, { args: [{ decision: 'approve', by: 'ada' }] })
      .catch(() => undefined)
    if (decided !== undefined) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await task.result()
  await (await start('modelCall', 'call/replay/1', { prompt: 'hello' })).result()
  await (await start('modelCall', 'call/replay/2', { prompt: 'first is down' })).result()
  const client = new Client({ connection, namespace: system.namespace })
  await save(client, 'task/replay/1', `task-run-${version}`)
  await save(client, 'call/replay/1', `model-call-${version}`)
  await save(client, 'call/replay/2', `model-call-fallback-${version}`)
} finally {
  await connection.close()
  await system.stop()
  await server.stop()
}

async function save(client: Client, workflowId: string, name: string): Promise<void> {
  const history = await client.workflow.getHandle(workflowId).fetchHistory()
  const file = new URL(`./histories/${name}.json`, import.meta.url)
  const recorded: object = JSON.parse(historyToJSON(history))
  await writeFile(file, `${JSON.stringify({ workflowId, history: recorded })}\n`)
  console.log(`${name}: ${history.events?.length ?? 0} events`)
}
