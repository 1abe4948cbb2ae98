import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createNamespace } from '../fixtures/namespace.ts'
import { join } from 'node:path'
import { once } from 'node:events'
import { tmpdir } from 'node:os'

const repository = join(import.meta.dirname, '../..')
const children: ChildProcess[] = []
let folder = ''
let namespace = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-process-'))
  namespace = await createNamespace(inject('temporalAddress'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a worker process', { timeout: 90_000 }, () => {
  it('polls, drains on SIGTERM, and exits with 0', async () => {
    const worker = start('orchestrator')
    await worker.hasSaid('the orchestrator polls')
    worker.child.kill('SIGTERM')
    expect(await worker.exitCode).toBe(0)
    expect(worker.output()).toContain('SIGTERM: draining')
    expect(worker.output()).toContain('"msg":"stopped"')
  })

  it('calls providers whose key is there, and no others', async () => {
    const worker = start('cloud', { OPENAI_API_KEY: 'k' })
    await worker.hasSaid('the cloud workers poll')
    expect(worker.output()).toContain('needs a key: set ANTHROPIC_API_KEY')
    worker.child.kill('SIGINT')
    expect(await worker.exitCode).toBe(0)
  })

  it('says what is missing and exits with 1 when it has nothing to call', async () => {
    const worker = start('cloud')
    expect(await worker.exitCode).toBe(1)
    expect(worker.output()).toContain('openai needs a key: set OPENAI_API_KEY')
  })

  it('names the variable that cannot be used', async () => {
    const worker = start('orchestrator', { SWITCHYARD_LOG_LEVEL: 'loud' })
    expect(await worker.exitCode).toBe(1)
    expect(worker.output()).toContain('SWITCHYARD_LOG_LEVEL must be one of')
  })

  it('stops waiting for a Temporal server when it is told to end', async () => {
    const worker = start('cloud', { OPENAI_API_KEY: 'k', TEMPORAL_ADDRESS: '127.0.0.1:1' })
    await worker.hasSaid('no Temporal server answers at 127.0.0.1:1 yet')
    worker.child.kill('SIGTERM')
    expect(await worker.exitCode).toBe(0)
  })
})

function start(worker: string, variables: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(repository, 'workers', `${worker}-main.ts`)], {
    env: {
      PATH: process.env['PATH'],
      TEMPORAL_CONFIG_FILE: join(folder, 'no-profile.toml'),
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      TEMPORAL_NAMESPACE: namespace,
      SWITCHYARD_DATA_DIR: folder,
      ...variables,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  children.push(child)
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  const exitCode = once(child, 'close').then(([code]: unknown[]) => code)
  return {
    child,
    exitCode,
    output: () => output,
    hasSaid: (text: string) => expect.poll(() => output, { timeout: 60_000 }).toContain(text),
  }
}
