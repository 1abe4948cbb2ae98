import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { spawnGuarded } from '../../tools/guarded-process.mjs'

describe('spawnGuarded', () => {
  test('gives the exit code of the command', async () => {
    const child = spawnGuarded('sh', ['-c', 'exit 7'])
    await expect(child.exited).resolves.toEqual({ code: 7, signal: null })
  })

  test('gives the output of the command', async () => {
    const child = spawnGuarded('echo', ['hello'], { stdio: ['ignore', 'pipe', 'inherit'] })
    expect(await text(child.stdout ?? Readable.from([]))).toBe('hello\n')
  })

  test('rejects when there is no such command', async () => {
    const child = spawnGuarded('/no/such/program', [])
    await expect(child.pid).rejects.toThrow('ENOENT')
    await expect(child.exited).rejects.toThrow('ENOENT')
  })

  test('passes a signal on', async () => {
    const child = spawnGuarded('sleep', ['30'])
    await child.pid
    child.signal('SIGINT')
    await expect(child.exited).resolves.toEqual({ code: null, signal: 'SIGINT' })
  })

  test('ends a command that ignores SIGTERM after the grace time', async () => {
    const script = 'trap "" TERM; echo ready; while true; do sleep 0.1; done'
    const child = spawnGuarded('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'], graceMs: 200 })
    await new Promise((resolve) => child.stdout?.once('data', resolve))
    await expect(child.stop()).resolves.toEqual({ code: null, signal: 'SIGKILL' })
  })

  test('ends what the command left behind in its group', async () => {
    const child = spawnGuarded('sh', ['-c', 'sleep 30 & echo $!'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const leftBehind = Number(await text(child.stdout ?? Readable.from([])))
    await child.exited
    await expect.poll(() => isRunning(leftBehind), { timeout: 10_000 }).toBe(false)
  })
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
