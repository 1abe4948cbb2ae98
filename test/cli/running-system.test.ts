import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { documentOf, runCli, type CliOptions, type CliRun } from './run-cli.ts'
import { createScriptedProvider, lastText } from '../fixtures/scripted-provider.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { join } from 'node:path'
import { ProviderError } from '../../providers/provider-error.ts'
import { sql } from 'drizzle-orm'
import { testCatalog } from '../fixtures/catalogs.ts'
import { tmpdir } from 'node:os'

const HOUR_MS = 3_600_000

const model = createScriptedProvider('model', async (request) => {
  const text = lastText(request)
  if (text.includes('fail')) return new ProviderError('bad-request', 'cannot do this')
  if (text.includes('hang')) await new Promise((resolve) => setTimeout(resolve, HOUR_MS).unref())
  return `heard: ${text.slice(0, 40)}`
})

let system: Orchestration
let folder: string
let planFile: string
let hangingPlan: string

beforeAll(async () => {
  const address = inject('temporalAddress')
  system = await startOrchestration({
    address,
    catalog: testCatalog([{ name: 'model' }]),
    providers: { model },
  })
  folder = await mkdtemp(join(tmpdir(), 'switchyard-cli-'))
  planFile = join(folder, 'plan.yaml')
  hangingPlan = join(folder, 'hang.json')
  await writeFile(
    planFile,
    'subtasks:\n  - id: s1\n    action: one\n  - { id: s2, action: two, dependsOn: [s1] }\n',
  )
  await writeFile(hangingPlan, JSON.stringify({ subtasks: [{ id: 's1', action: 'hang' }] }))
})
afterAll(async () => {
  await system.stop()
  await rm(folder, { recursive: true, force: true })
})

function cli(args: readonly string[], options?: CliOptions): Promise<CliRun> {
  const place = [
    '--address',
    inject('temporalAddress'),
    '--namespace',
    system.namespace,
    '--data-dir',
    folder,
  ]
  return runCli([...args, ...place], options)
}

describe('call', () => {
  test('prints the answer alone on standard output, and what it took beside it', async () => {
    const { code, stdout, stderr } = await cli(['call', 'Hello'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'heard: Hello\n' })
    expect(stderr).toMatch(/model 2026-01-01 at model · 10 tokens in, 5 out/)
  })

  test('takes the prompt from standard input', async () => {
    expect((await cli(['call'], { input: 'from a pipe\n' })).stdout).toBe('heard: from a pipe\n')
  })

  test('puts standard input below the prompt when asked to', async () => {
    expect((await cli(['call', 'sum up', '--stdin'], { input: 'a file' })).stdout).toBe(
      'heard: sum up\n\na file\n',
    )
  })

  test('prints one JSON document for programs', async () => {
    const requestId = randomUUID()
    const run = await cli(['call', 'Hello', '--id', requestId, '--json'])
    expect(documentOf(run)).toMatchObject({
      requestId,
      text: 'heard: Hello',
      attempts: [{ status: 'completed' }],
    })
  })

  test('of several models prints one answer, and beside it what became of each leg', async () => {
    const race = await cli(['call', 'Hello', '--race', 'model,model'])
    expect({ code: race.code, stdout: race.stdout }).toEqual({ code: 0, stdout: 'heard: Hello\n' })
    const consensus = await cli(['call', 'Hello', '--consensus', 'model,model', '--agree', '2'])
    expect(consensus.stderr.match(/^  model 2026-01-01: answered · .* · agrees$/gm)).toHaveLength(2)
  })

  test('that is refused lists every attempt and exits with 1', async () => {
    const run = await cli(['call', 'fail', '--json'])
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('model 2026-01-01 at model: failed, bad-request: cannot do this')
    expect(documentOf(run)).toMatchObject({
      error: { name: 'CallRefusedError', refusal: { kind: 'all-failed' } },
    })
  })
})

describe('route', { timeout: 120_000 }, () => {
  test('explain asks the running system', async () => {
    const run = await cli(['route', 'explain', 'Translate this into French: hello', '--json'])
    expect(documentOf(run)).toMatchObject({
      classification: { task: 'translation' },
      decision: { candidates: [{ model: 'model' }] },
      skipped: [],
    })
    const refused = await cli(['route', 'explain', 'x', '--data-class', 'restricted', '--weights', 'cost=1'])
    expect(refused.stdout).toContain('✖  model')
    expect(refused.stdout).toContain('may not take restricted content: its endpoint model is for public')
  })

  test('replay makes the decision about a call again, and is content when it is the same', async () => {
    await cli(['call', 'Hello', '--id', 'decided', '--priority', '1', '--complexity', 'complex'])
    const { code, stdout } = await cli(['route', 'replay', 'decided'])
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('✔ call/default/decided'),
    })
    expect(stdout).toContain("✔ model: the task's default")
    await system.database.queries.execute(
      sql`update operations set candidates = '[]' where operation_id = 'call/default/decided'`,
    )
    const changed = await cli(['route', 'replay', 'call/default/decided', '--json'])
    expect(changed.code).toBe(1)
    expect(documentOf(changed)).toMatchObject({ isSame: false })
    expect((await cli(['route', 'replay', 'nobody'])).code).toBe(1)
  })
})

describe('task', () => {
  test('run shows each change, then the answer, then the table of steps', async () => {
    const { code, stdout, stderr } = await cli(['task', 'run', 'Do both', '--plan', planFile, '--id', 'both'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^heard: /)
    expect(stderr).toMatch(/✔ s1 .*\(1 of 2\)/)
    expect(stderr).toMatch(/^synthesis .*model 2026-01-01/m)
    expect(stderr).toContain('The plan of 2 subtasks was handed in.')
  })

  test('run --json prints the outcome, and the same again under the same id', async () => {
    const args = ['task', 'run', 'Do both', '--plan', planFile, '--id', 'again', '--json']
    const first = documentOf(await cli(args))
    expect(first).toMatchObject({
      taskId: 'again',
      phase: 'completed',
      outputs: { s1: expect.stringContaining('heard: ') },
    })
    expect(documentOf(await cli(args))).toEqual(first)
  })

  test('status --json shows how it ended', async () => {
    await cli(['task', 'run', 'Do both', '--plan', planFile, '--id', 'shown'])
    const run = await cli(['task', 'status', 'shown', '--watch', '--json'])
    expect(documentOf(run)).toMatchObject({ taskId: 'shown', phase: 'completed', planSource: 'caller' })
  })

  test('that nobody started exits with 1 and names the id', async () => {
    const { code, stderr } = await cli(['task', 'status', 'never-started'])
    expect(code).toBe(1)
    expect(stderr).toContain('task/default/never-started')
  })

  test('goes on after Ctrl-C, which says how to follow and how to cancel it', async () => {
    const args = ['task', 'run', 'Do it', '--plan', hangingPlan, '--id', 'detached']
    const { code, stderr } = await cli(args, {
      onError: (seen, child) => {
        if (seen.includes('running')) child.kill('SIGINT')
      },
    })
    expect(code).toBe(130)
    expect(stderr).toContain('switchyard task cancel detached')
    const { status } = await system.client.workflow.getHandle('task/default/detached').describe()
    expect(status.name).toBe('RUNNING')
    expect(documentOf(await cli(['task', 'cancel', 'detached', '--json']))).toMatchObject({
      taskId: 'detached',
    })
  })

  test('is cancelled by Ctrl-C when that was asked for', async () => {
    const args = ['task', 'run', 'Do it', '--plan', hangingPlan, '--id', 'stopped', '--cancel-on-interrupt']
    const { code } = await cli(args, {
      onError: (seen, child) => {
        if (seen.includes('running')) child.kill('SIGINT')
      },
    })
    expect(code).toBe(130)
    const handle = system.client.workflow.getHandle('task/default/stopped')
    await expect(handle.result()).rejects.toThrow()
    expect((await handle.describe()).status.name).toBe('CANCELLED')
  })

  test('waits for a person, who approves it in another terminal', async () => {
    const detached = await cli([
      'task',
      'run',
      'Do both',
      '--plan',
      planFile,
      '--id',
      'asked',
      '--approve-plan',
      '--detach',
    ])
    expect(detached.stdout).toBe('asked\n')
    await expect
      .poll(async () => (await cli(['task', 'status', 'asked'])).stdout, { timeout: 20_000 })
      .toContain('switchyard task approve asked --approval plan')
    const approved = await cli(['task', 'approve', 'asked', '--by', 'ada', '--json'])
    expect(documentOf(approved)).toMatchObject({ id: 'plan', decision: 'approve', by: 'ada' })
    const late = await cli(['task', 'reject', 'asked', '--approval', 'plan', '--by', 'bob'])
    expect(late.code).toBe(1)
    expect(late.stderr).toMatch(/ada|is over/)
  })

  test('that fails shows the table and the reasons, and exits with 1', async () => {
    await writeFile(join(folder, 'fail.json'), JSON.stringify({ subtasks: [{ id: 's1', action: 'fail' }] }))
    const { code, stdout, stderr } = await cli(['task', 'run', 'Do it', '--plan', join(folder, 'fail.json')])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^s1 +failed/m)
    expect(stderr).toContain('cannot do this')
  })
})
