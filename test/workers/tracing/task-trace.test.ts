import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { describe, expect, inject, it } from 'vitest'
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { context, trace } from '@opentelemetry/api'
import { type CollectedSpan, type OtlpCollector, startOtlpCollector } from '../../fixtures/otlp-collector.ts'
import { type CrashRig, startCrashRig } from '../../chaos/support/crash-rig.ts'
import { type TraceTree, traceTree } from '../../fixtures/trace-tree.ts'
import { createDatabase } from '../../fixtures/postgres.ts'
import { createTracer } from '../../../workers/tracing/tracer.ts'
import { createTraceIds } from '../../../domain/tracing/trace-ids.ts'
import { fileURLToPath } from 'node:url'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { readFileSync } from 'node:fs'
import { sha256Hex } from '../../../payloads/content-store.ts'
import { traceActivities } from '../../../workers/tracing/trace-activities.ts'
import { traceWorkflows } from '../../../workers/tracing/trace-workflows.ts'
import { until } from '../../chaos/support/until.ts'

Runtime.install({ logger: new DefaultLogger('ERROR') })

/** Words of the prompts and of the answers: none of them may stand in a trace. */
const PROMPT_WORD = 'xyzzyprompt'
const ANSWER_WORD = 'xyzzyanswer'

const action = (id: string, more = '') =>
  `Do ${PROMPT_WORD} ${id}. [[sim text="${ANSWER_WORD} ${id}" latency=300${more}]]`

/** Three subtasks; the second one's first call is refused, so that it goes to the spare model. */
const TASK = {
  task: `Three parts [[sim text="${ANSWER_WORD} all"]]`,
  plan: {
    subtasks: [
      { id: 's1', action: action('s1') },
      { id: 's2', action: action('s2', ' fault=400 times=1 key=s2') },
      { id: 's3', dependsOn: ['s1'], action: action('s3') },
    ],
  },
}

const OPERATIONS = ['subtask/s1', 'subtask/s2', 'subtask/s3', 'synthesis/1']

describe('the trace of a task', { timeout: 180_000 }, () => {
  it('shows every subtask, attempt and settlement under one root, and replays either way', async () => {
    await using collector = await startOtlpCollector()
    const provider = clientTraces(collector)
    await using rig = await startTracedRig(collector, provider.getTracer('test'))
    const workers = [rig.startWorker('orchestrator'), rig.startWorker('cloud')]
    const outcome = await rig.switchyard.runTask(TASK, { taskId: 'traced' })
    expect(outcome.phase).toBe('completed')
    const tree = await wholeTree(collector, outcome.workflowId)
    expectTree(tree, OPERATIONS)
    expectGenAi(tree)
    expect(tree.named('start')[0]?.parentSpanId).toBe(tree.roots[0]?.spanId)
    for (const word of [PROMPT_WORD, ANSWER_WORD]) {
      expect(collector.bodies.filter((body) => body.includes(word))).toEqual([])
    }
    await expectReplays(rig, outcome.workflowId)
    await Promise.all(workers.map((worker) => worker.end('SIGTERM')))
    await provider.shutdown()
  })

  it('keeps its tree when the orchestrator is killed', async () => {
    await using collector = await startOtlpCollector()
    await using rig = await startTracedRig(collector)
    const cloud = rig.startWorker('cloud')
    let orchestrator = rig.startWorker('orchestrator')
    const task = await rig.switchyard.startTask(TASK, { taskId: 'killed' })
    await rig.hasRecorded(1, task.workflowId)
    await orchestrator.end('SIGKILL')
    orchestrator = rig.startWorker('orchestrator')
    expect(await task.result()).toMatchObject({ phase: 'completed' })
    expectTree(await wholeTree(collector, task.workflowId), OPERATIONS)
    await Promise.all([cloud, orchestrator].map((worker) => worker.end('SIGTERM')))
  })
})

describe('a client with a trace of its own', () => {
  it('keeps it, and each of the two names the other', { timeout: 120_000 }, async () => {
    await using collector = await startOtlpCollector()
    const provider = clientTraces(collector)
    const tracer = provider.getTracer('backend')
    await using rig = await startTracedRig(collector, tracer)
    const workers = [rig.startWorker('orchestrator'), rig.startWorker('cloud')]
    const own = tracer.startSpan('GET /answer')
    // Without a context manager nothing is active by itself: the client asks the API, and the test answers for it.
    context.setGlobalContextManager(alwaysActive(trace.setSpan(context.active(), own)))
    const outcome = await rig.switchyard.call('Hello', { requestId: 'linked' })
    context.disable()
    own.end()
    const root = createTraceIds(sha256Hex).root(outcome.workflowId)
    const started = await until(
      'both sides have been told',
      () => {
        const start = collector.spans.find(({ name }) => name === 'start')
        const linked = collector.spans.find(({ spanId }) => spanId === root.spanId)
        return start === undefined || linked === undefined ? undefined : { start, linked }
      },
      { timeoutMs: 30_000, intervalMs: 200 },
    )
    const { traceId, spanId } = own.spanContext()
    expect(started.start).toMatchObject({ traceId, parentSpanId: spanId })
    expect(started.start.links).toEqual([root])
    expect(started.linked.links).toEqual([{ traceId, spanId: started.start.spanId }])
    await Promise.all(workers.map((worker) => worker.end('SIGTERM')))
    await provider.shutdown()
  })
})

function alwaysActive(active: ReturnType<typeof context.active>) {
  const manager: Parameters<typeof context.setGlobalContextManager>[0] = {
    active: () => active,
    with: (_context, work, self, ...args) => work.call(self, ...args),
    bind: (_context, target) => target,
    enable: () => manager,
    disable: () => manager,
  }
  return manager
}

function clientTraces(collector: OtlpCollector): BasicTracerProvider {
  const exporter = new OTLPTraceExporter({ url: `${collector.url}/v1/traces` })
  return new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
}

async function startTracedRig(
  collector: OtlpCollector,
  tracer?: ReturnType<BasicTracerProvider['getTracer']>,
): Promise<CrashRig> {
  return startCrashRig({
    databaseUrl: await createDatabase(inject('postgresUrl')),
    variables: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    ...(tracer === undefined ? {} : { tracer }),
  })
}

/** Waits for the root and the last operation, and then for what is on its way beside them. */
async function wholeTree({ spans }: OtlpCollector, workflowId: string): Promise<TraceTree> {
  const { traceId } = createTraceIds(sha256Hex).root(workflowId)
  return until(
    'the whole trace has arrived',
    () => {
      const tree = traceTree(spans, traceId)
      const hasEnded = tree.roots.length > 0 && tree.named('synthesis').length > 0
      return hasEnded && tree.orphans.length === 0 && tree.named('POST').length >= 5 ? tree : undefined
    },
    { timeoutMs: 30_000, intervalMs: 250 },
  )
}

function expectTree(tree: TraceTree, operations: readonly string[]): void {
  expect(tree.roots.map(({ name }) => name)).toEqual(['taskRun'])
  expect(tree.orphans).toEqual([])
  const steps = [...tree.named('subtask'), ...tree.named('synthesis')]
  expect(steps.map(stepOf).toSorted()).toEqual([...operations].toSorted())
  expect(steps.map(({ parentSpanId }) => parentSpanId)).toEqual(steps.map(() => tree.roots[0]?.spanId))
  for (const step of steps) {
    const attempts = tree.children(step).filter(({ name }) => name === 'attempt')
    // The fallback of the second subtask; after a kill a call may be made again.
    expect(attempts.length).toBeGreaterThanOrEqual(stepOf(step) === 'subtask/s2' ? 2 : 1)
    for (const attempt of attempts) {
      expect(tree.children(attempt).some(({ name }) => name === 'settle')).toBe(true)
    }
    expect(tree.children(step).some(({ name }) => name === 'admit')).toBe(true)
  }
  expect(tree.named('POST').map((span) => tree.path(span))).toEqual(
    expect.arrayContaining([
      ['taskRun', 'subtask', 'attempt', 'callModel', 'chat sim-main-2026-01-01', 'POST'],
      ['taskRun', 'subtask', 'attempt', 'callModel', 'chat sim-spare-2026-01-01', 'POST'],
      ['taskRun', 'synthesis', 'attempt', 'callModel', 'chat sim-main-2026-01-01', 'POST'],
    ]),
  )
  expect(tree.named('settleCalls').length).toBeGreaterThan(0)
}

function stepOf({ attributes }: CollectedSpan): string {
  return String(attributes['switchyard.operation.id']).split('/').slice(3).join('/')
}

function expectGenAi(tree: TraceTree): void {
  const refused = tree.named('attempt').find(({ attributes }) => attributes['error.type'] !== undefined)
  expect(refused?.attributes).toMatchObject({
    'error.type': 'bad-request',
    'switchyard.attempt.status': 'failed',
    'gen_ai.request.model': 'sim-main',
  })
  expect(tree.named('chat sim-spare-2026-01-01')[0]?.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'simulated',
    'gen_ai.request.model': 'sim-spare-2026-01-01',
    'gen_ai.response.model': 'sim-spare-2026-01-01',
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.input_tokens': expect.any(Number),
    'gen_ai.usage.output_tokens': expect.any(Number),
    'server.address': '127.0.0.1',
  })
  expect(tree.named('POST').map(({ attributes }) => attributes['http.response.status_code'])).toContain(400)
}

/** What was recorded with traces replays without them, and what was recorded without replays with them. */
async function expectReplays({ client }: CrashRig, workflowId: string): Promise<void> {
  const workflowsPath = fileURLToPath(import.meta.resolve('../../../workflows/index.ts'))
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') })
  const traced = await client.workflow.getHandle(workflowId).fetchHistory()
  await expect(Worker.runReplayHistory({ workflowBundle }, traced, workflowId)).resolves.toBeUndefined()
  const path = fileURLToPath(import.meta.resolve('../../replay/histories/task-run-v1.json'))
  const untraced: { readonly workflowId: string; readonly history: object } = JSON.parse(
    readFileSync(path, 'utf8'),
  )
  const tracer = createTracer({ url: 'http://127.0.0.1:9/v1/traces', sampleRatio: 1 }, 'replay')
  const options = {
    workflowBundle,
    sinks: traceWorkflows(tracer),
    interceptors: { activity: [traceActivities(tracer)] },
  }
  await expect(
    Worker.runReplayHistory(options, untraced.history, untraced.workflowId),
  ).resolves.toBeUndefined()
}
