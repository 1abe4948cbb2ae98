// Records one history of each kind for the replay tests. Run it when a workflow changes on purpose in a way that old
// histories cannot follow, under a new name, and keep the old ones while such runs may live. Without kinds all are kept:
//   node test/replay/record-histories.ts v2 [task-run|model-call|model-call-fallback|model-call-over-budget|sweep …]
import { writeFile } from 'node:fs/promises'
import { Client, Connection, WorkflowContinuedAsNewError, type WorkflowHandle } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { budgetWindows } from '../../store/schema.ts'
import { createBudgetStore } from '../../store/budgets.ts'
import { createScriptedProvider, lastText } from '../fixtures/scripted-provider.ts'
import { decideApprovalUpdate, SWEEP_WORKFLOW_ID } from '../../workflows/contract.ts'
import { ensureTemporalCli, startTemporalServer } from '../../tools/temporal-server.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { startOrchestration } from '../fixtures/orchestration.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

const [version, ...kinds] = process.argv.slice(2)
if (version === undefined) throw new Error('usage: node test/replay/record-histories.ts VERSION [KIND …]')

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
  const task = await start('taskRun', 'task/replay/1', { task: 'Replay me', approval: {} })
  await approve(task)
  await task.result()
  await (await start('modelCall', 'call/replay/1', { prompt: 'hello' })).result()
  await (await start('modelCall', 'call/replay/2', { prompt: 'first is down' })).result()
  await callOverBudget()
  const client = new Client({ connection, namespace: system.namespace })
  await save(client, 'task/replay/1', 'task-run')
  await save(client, 'call/replay/1', 'model-call')
  await save(client, 'call/replay/2', 'model-call-fallback')
  await save(client, 'call/replay/3', 'model-call-over-budget')
  await recordSweep(client)
} finally {
  await connection.close()
  await system.stop()
  await server.stop()
}

function start(type: string, workflowId: string, input: object): Promise<WorkflowHandle> {
  return system.client.workflow.start(type, {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId,
    args: [input],
  })
}

/** Approves the first thing that the workflow asks about. */
async function approve(handle: WorkflowHandle): Promise<void> {
  for (;;) {
    const decided = await handle
      .executeUpdate(decideApprovalUpdate, { args: [{ decision: 'approve', by: 'ada' }] })
      .catch(() => undefined)
    if (decided !== undefined) return
    await pause()
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100))
}

/** A call that waits for its budget, then asks a person, who approves it. */
async function callOverBudget(): Promise<void> {
  const budgets = createBudgetStore(system.database)
  const budget = { tenant: 'replay', window: 'day', capNanoUsd: 1_000_000_000 } as const
  const { id, startsAt } = await budgets.set({ ...budget, whenSpent: 'wait' }, Date.now())
  await system.database.queries
    .insert(budgetWindows)
    .values({ budgetId: id, startsAt, spentNanoUsd: budget.capNanoUsd, reservedNanoUsd: 0 })
  const call = await start('modelCall', 'call/replay/3', { prompt: 'too dear', tenant: budget.tenant })
  const hasTimer = async () =>
    (await call.fetchHistory()).events?.some((event) => event.timerStartedEventAttributes) === true
  while (!(await hasTimer())) await pause()
  await budgets.set({ ...budget, whenSpent: 'ask' }, Date.now())
  await approve(call)
  await call.result()
}

/** One whole run of the sweeper, from the state that the run before it left to its continuing as new. */
async function recordSweep(client: Client): Promise<void> {
  const sweeper = await system.startSweep({ intervalMs: 100, sweepsPerRun: 3 })
  const firstRunId = (await sweeper.describe()).runId
  const recordedRunId = await nextRun(client, firstRunId)
  await nextRun(client, recordedRunId)
  await save(client, SWEEP_WORKFLOW_ID, 'sweep', recordedRunId)
}

/** Waits until a run of the sweeper has continued as new. */
async function nextRun(client: Client, runId: string): Promise<string> {
  const handle = client.workflow.getHandle(SWEEP_WORKFLOW_ID, runId, { followRuns: false })
  const error: unknown = await handle.result().catch((reason: unknown) => reason)
  if (!(error instanceof WorkflowContinuedAsNewError)) throw error
  return error.newExecutionRunId
}

async function save(client: Client, workflowId: string, kind: string, runId?: string): Promise<void> {
  if (kinds.length > 0 && !kinds.includes(kind)) return
  const name = `${kind}-${version}`
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory()
  const file = new URL(`./histories/${name}.json`, import.meta.url)
  const recorded: object = JSON.parse(historyToJSON(history))
  await writeFile(file, `${JSON.stringify({ workflowId, history: recorded })}\n`)
  console.log(`${name}: ${history.events?.length ?? 0} events`)
}
