import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { beforeAll, describe, expect, test } from 'vitest'

Runtime.install({ logger: new DefaultLogger('ERROR') })

const FOLDER = fileURLToPath(new URL('./histories/', import.meta.url))
const workflowsPath = fileURLToPath(import.meta.resolve('../../workflows/index.ts'))

interface Recorded {
  readonly workflowId: string
  readonly history: { readonly events: readonly Record<string, unknown>[] }
}

function read(file: string): Recorded {
  const recorded: Recorded = JSON.parse(readFileSync(`${FOLDER}${file}`, 'utf8'))
  return recorded
}

let workflowBundle: { readonly code: string }

beforeAll(async () => {
  workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') })
})

function replay({ workflowId, history }: Recorded): Promise<void> {
  return Worker.runReplayHistory({ workflowBundle }, history, workflowId)
}

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'))

describe('recorded histories', () => {
  test('cover every workflow', () => {
    expect(files.some((file) => file.startsWith('task-run'))).toBe(true)
    expect(files.some((file) => file.startsWith('model-call'))).toBe(true)
    expect(files.some((file) => file.startsWith('sweep'))).toBe(true)
    expect(files.some((file) => file.startsWith('retention'))).toBe(true)
    expect(files.some((file) => file.startsWith('model-traffic'))).toBe(true)
    expect(files.some((file) => file.startsWith('mirror-call'))).toBe(true)
    expect(files.some((file) => file.startsWith('rollout'))).toBe(true)
    expect(files.some((file) => file.startsWith('health-check'))).toBe(true)
    expect(files.some((file) => file.startsWith('remediate'))).toBe(true)
    expect(files.some((file) => file.startsWith('model-update'))).toBe(true)
    expect(files.some((file) => file.startsWith('optimise'))).toBe(true)
    expect(files.some((file) => file.startsWith('check-alerts'))).toBe(true)
    expect(files.some((file) => file.startsWith('alert-delivery'))).toBe(true)
  })

  test.each(files)('replay to the same decisions: %s', { timeout: 60_000 }, async (file) => {
    await expect(replay(read(file))).resolves.toBeUndefined()
  })

  test('that do not fit the code are refused', { timeout: 60_000 }, async () => {
    const recorded = read(files.find((file) => file.startsWith('model-call')) ?? '')
    const text = JSON.stringify(recorded).replaceAll('"callModel"', '"callSomethingElse"')
    const changed: Recorded = JSON.parse(text)
    await expect(replay(changed)).rejects.toThrow()
  })
})
