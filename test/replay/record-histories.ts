// Records one history of each kind for the replay tests. Run it when a workflow changes on purpose in a way that old
// histories cannot follow, under a new name, and keep the old ones while such runs may live. Without kinds all are kept:
//   node test/replay/record-histories.ts v2 [task-run|model-call|model-call-fallback|model-call-over-budget|model-call-race|
//     model-call-hedge|model-call-consensus|model-call-mirrored|mirror-call|model-traffic|model-traffic-carried|sweep|
//     experiment|experiment-carried|experiment-versions|model-call-variant|
//     check-alerts|alert-delivery|alert-delivery-carried|
//     health-check|health-check-remedies|remediate|remediate-drains|model-update|model-update-refused|
//     optimise|rollout|rollout-carried|retention …]
import { writeFile } from 'node:fs/promises'
import { Client, Connection, WorkflowContinuedAsNewError, type WorkflowHandle } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { budgetWindows } from '../../store/schema.ts'
import { createBudgetStore } from '../../store/budgets/budgets.ts'
import { createScriptedProvider, lastText } from '../fixtures/scripted-provider.ts'
import { decideApprovalUpdate } from '../../workflows/contract.ts'
import { ensureTemporalCli, startTemporalServer } from '../../tools/temporal-server.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { RECORDED_ALERT_SENDING, RECORDED_ALERTS, recordAlerts } from './record-alerts.ts'
import { recordExperiments } from './record-experiments.ts'
import { recordMaintenance, withHeldModel } from './record-maintenance.ts'
import { recordOptimisation, withTunedModel } from './record-optimisation.ts'
import { recordRollouts, withRolledModel } from './record-rollout.ts'
import { recordTraffic, withSharedModel } from './record-traffic.ts'
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

const first = createScriptedProvider('first', async (request, call) => {
  if (request.responseFormat?.type === 'json-schema') return call === 1 ? 'not a plan' : JSON.stringify(PLAN)
  if (lastText(request).includes('first is down')) return new ProviderError('overloaded', 'busy')
  if (lastText(request).includes('first is slow'))
    await new Promise((resolve) => setTimeout(resolve, 60_000).unref())
  return 'a short answer'
})
const second = createScriptedProvider('second', () => 'from the second')

const server = await startTemporalServer({
  cliPath: await ensureTemporalCli({ onProgress: (line) => console.error(line) }),
  headless: true,
})
const system = await startOrchestration({
  address: server.address,
  catalog: {
    ...withHeldModel(
      withTunedModel(withRolledModel(withSharedModel(testCatalog([{ name: 'first' }, { name: 'second' }])))),
    ),
    alerts: RECORDED_ALERTS,
  },
  alerts: RECORDED_ALERT_SENDING,
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
  await callsOfSeveralLegs()
  const client = new Client({ connection, namespace: system.namespace })
  await save(client, 'task/replay/1', 'task-run')
  await save(client, 'call/replay/1', 'model-call')
  await save(client, 'call/replay/2', 'model-call-fallback')
  await save(client, 'call/replay/3', 'model-call-over-budget')
  await save(client, 'call/replay/4', 'model-call-race')
  await save(client, 'call/replay/5', 'model-call-hedge')
  await save(client, 'call/replay/6', 'model-call-consensus')
  await recordSweep(client)
  await recordRetention(client)
  await recordRollouts(system, { start, save: (id, kind, runId) => save(client, id, kind, runId) })
  await recordTraffic(system, { start, save: (id, kind, runId) => save(client, id, kind, runId) })
  await recordOptimisation(system, server.address, {
    start,
    save: (id, kind, runId) => save(client, id, kind, runId),
  })
  await recordMaintenance(system, { start, save: (id, kind, runId) => save(client, id, kind, runId) })
  await recordAlerts(system, { start, save: (id, kind, runId) => save(client, id, kind, runId) })
  await recordExperiments(system, { start, save: (id, kind, runId) => save(client, id, kind, runId) })
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

/** A race and a hedge whose first leg is stopped, and a consensus of two legs of three. */
async function callsOfSeveralLegs(): Promise<void> {
  const prompt = 'first is slow'
  await (await start('modelCall', 'call/replay/4', { prompt, strategy: { kind: 'race' } })).result()
  const hedge = { kind: 'hedge', afterMs: 300 }
  await (await start('modelCall', 'call/replay/5', { prompt, strategy: hedge })).result()
  const consensus = { kind: 'consensus', models: ['second', 'second', 'first'], agree: 2 }
  await (await start('modelCall', 'call/replay/6', { prompt, strategy: consensus })).result()
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
  await saveSecondRun(client, sweeper, 'sweep')
}

/** The same of the workflow that removes stored texts. */
async function recordRetention(client: Client): Promise<void> {
  const retention = await system.startRetention({
    retentionMs: 0,
    graceMs: 0,
    intervalMs: 100,
    passesPerRun: 3,
  })
  await saveSecondRun(client, retention, 'retention')
}

/** Saves the run that has both a run before it and one after it. */
async function saveSecondRun(client: Client, handle: WorkflowHandle, kind: string): Promise<void> {
  const { workflowId, runId } = await handle.describe()
  const recordedRunId = await nextRun(client, workflowId, runId)
  await nextRun(client, workflowId, recordedRunId)
  await save(client, workflowId, kind, recordedRunId)
}

/** Waits until a run has continued as new. */
async function nextRun(client: Client, workflowId: string, runId: string): Promise<string> {
  const handle = client.workflow.getHandle(workflowId, runId, { followRuns: false })
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
