import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const FIXTURE = fileURLToPath(new URL('run-in-foreground.mjs', import.meta.url))
const BOOTSTRAP = fileURLToPath(new URL('../../tools/bootstrap.mjs', import.meta.url))
const LONG_SCRIPT = 'trap "exit 3" TERM; echo $$; while true; do sleep 0.1; done'

describe('runInForeground', () => {
  test('passes SIGTERM on and returns the exit code that the command chose', async () => {
    const { parent } = await startScript(LONG_SCRIPT)
    parent.kill('SIGTERM')
    expect((await once(parent, 'exit'))[0]).toBe(3)
  })

  test('turns the end by a signal into 128 and its number', async () => {
    const { parent } = await startScript('echo $$; kill -KILL $$')
    expect((await once(parent, 'exit'))[0]).toBe(137)
  })

  test('leaves nothing running when it is killed itself', async () => {
    const { parent, pid } = await startScript(LONG_SCRIPT)
    parent.kill('SIGKILL')
    await expect.poll(() => isRunning(pid), { timeout: 15_000 }).toBe(false)
  })
})

test('the bootstrap names its commands when it does not know one', async () => {
  const child = spawn(process.execPath, [BOOTSTRAP, 'tset'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const [message] = await once(child.stderr, 'data')
  expect(String(message)).toContain('<demo|dev|cli|test|')
  expect((await once(child, 'exit'))[0]).toBe(2)
})

async function startScript(script: string) {
  const parent = spawn(process.execPath, [FIXTURE, script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(parent.stdout, 'data')
  return { parent, pid: Number(String(line)) }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
