import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { callOptions, longRequest, request, useTinyHosts } from './tiny-hosts.ts'
import { startModelHost } from '../../../providers/local/host-client.ts'
import type { HostState } from '../../../providers/local/host-state.ts'

const tiny = useTinyHosts()

/** A process that ended but that nobody has waited for still has an id. */
function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${processId}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('a model host', () => {
  it('tells its phases, its memory, its weights and its engine', async () => {
    const phases: HostState['phase'][] = []
    const modelPath = await tiny.model('phases', { seed: 1 })
    const host = await tiny.start({ modelPath, slots: 2, onState: ({ phase }) => phases.push(phase) })
    expect(phases).toEqual(['reserving', 'loading', 'warming', 'probing', 'ready'])
    const { memory, artifact, engine, ...status } = host.status()
    expect(status).toMatchObject({ version: 'v1', slots: 2, inFlight: 0, queueDepth: 0 })
    expect(memory?.residentAfterLoadBytes).toBeGreaterThan(memory?.residentBeforeLoadBytes ?? Infinity)
    expect(memory?.peakResidentBytes).toBeGreaterThanOrEqual(memory?.residentAfterLoadBytes ?? Infinity)
    expect(artifact).toMatchObject({ path: modelPath, architecture: 'llama' })
    expect(engine).toMatchObject({ name: 'node-llama-cpp', gpu: 'none' })
    await host.unload()
    expect(host.status().state).toEqual({ phase: 'absent' })
    await expect(host.exited).resolves.toMatchObject({ code: 0 })
  })

  it('serves one version while the other is killed, and loses only what the dead one had open', async () => {
    const paths = await Promise.all([1, 2].map((seed) => tiny.model(`side-${seed}`, { seed })))
    const [left, right] = await Promise.all(
      paths.map((modelPath, index) => tiny.start({ modelPath, version: `v${index + 1}`, contextSize: 8192 })),
    )
    if (left === undefined || right === undefined) throw new Error('two hosts were started')
    const texts = await Promise.all(
      [left, right].map((host) => host.generate(request('hello'), callOptions())),
    )
    expect(texts[0]?.text).not.toBe(texts[1]?.text)

    const lost = expect(
      left.generate(
        longRequest(),
        callOptions({ onDelta: () => process.kill(left.status().processId ?? 0, 'SIGKILL') }),
      ),
    ).rejects.toMatchObject({ kind: 'worker-lost' })
    await lost
    await expect(left.exited).resolves.toMatchObject({ signal: 'SIGKILL' })
    expect(left.status().state.phase).toBe('failed')
    await expect(left.generate(request('hello'), callOptions())).rejects.toMatchObject({
      kind: 'unavailable',
    })
    await expect(right.generate(request('hello'), callOptions())).resolves.toMatchObject({
      text: texts[1]?.text,
    })
  })

  it('finishes what it accepted when it drains, and takes nothing new', async () => {
    const host = await tiny.start({ modelPath: await tiny.model('drain', { seed: 3 }) })
    const accepted = [1, 2, 3].map((seed) => host.generate(request('hello', { seed }), callOptions()))
    const drained = host.drain()
    await expect(host.generate(request('late'), callOptions())).rejects.toMatchObject({ kind: 'unavailable' })
    await drained
    expect(await Promise.all(accepted)).toHaveLength(3)
    expect(host.status()).toMatchObject({ state: { phase: 'draining' }, inFlight: 0, queueDepth: 0 })
    await host.unload()
  })

  it('ends a process that has stopped to make progress', async () => {
    const host = await tiny.start({ modelPath: await tiny.model('stall', { seed: 4 }), stallTimeoutMs: 1500 })
    process.kill(host.status().processId ?? 0, 'SIGSTOP')
    await expect(host.generate(request('hello'), callOptions())).rejects.toMatchObject({
      message: expect.stringContaining('no prompt chunk and no token for 1500 ms'),
    })
    await expect(host.exited).resolves.toMatchObject({ signal: 'SIGKILL' })
  })
})

describe('a model that cannot be loaded', () => {
  const shape = { version: 'v9', slots: 4, contextSize: 1024, gpu: false } as const

  it('is refused with what it needs and what is free', async () => {
    const modelPath = await tiny.model('big', { seed: 5 })
    const start = startModelHost({ ...shape, modelPath, availableMemoryBytes: 2 ** 20 })
    await expect(start).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/v9: it needs about [\d.]+ MiB of memory and 1\.0 MiB are free/),
    })
  })

  it('is refused when the file is not the one expected', async () => {
    const modelPath = await tiny.model('hash', { seed: 6 })
    const start = startModelHost({ ...shape, modelPath, sha256: '0'.repeat(64) })
    await expect(start).rejects.toThrow(/has SHA-256 [0-9a-f]{64}, not 0{64}/)
  })

  it('is refused when there is no file', async () => {
    await expect(startModelHost({ ...shape, modelPath: '/nowhere/model.gguf' })).rejects.toThrow('ENOENT')
  })
})

describe('the process of a host', () => {
  it('ends by itself when its parent is killed', async () => {
    const modelPath = await tiny.model('orphan', { seed: 8 })
    const script = new URL('./orphan-parent.ts', import.meta.url)
    const parent = spawn(process.execPath, [fileURLToPath(script), modelPath], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line]: string[] = await once(parent.stdout.setEncoding('utf8'), 'data')
    const processId = Number(line)
    expect(isRunning(processId)).toBe(true)
    parent.kill('SIGKILL')
    await expect.poll(() => isRunning(processId), { timeout: 20_000 }).toBe(false)
  })
})
