import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createSimulatedProvider } from '../../../providers/simulated/provider.ts'
import { makeOptions, makeRequest } from '../requests.ts'
import { createTemporaryFolder } from './temporary-folder.ts'

const MAIN = fileURLToPath(new URL('../../../providers/simulated/main.ts', import.meta.url))

test('its own process says where it listens, serves, and ends on SIGTERM', async () => {
  await using folder = await createTemporaryFolder()
  const journal = join(folder.path, 'journal.jsonl')
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--journal', journal, '--seed', '5'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = await once(child.stdout, 'data')
    const { port }: { port: number } = JSON.parse(String(line))
    const provider = createSimulatedProvider({ name: 'simulated', baseUrl: `http://127.0.0.1:${port}` })
    await provider.generate(makeRequest(), makeOptions())
    expect(await readFile(journal, 'utf8')).toContain('"attemptId":"call/acme/42@run-1#1"')
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  } finally {
    child.kill('SIGKILL')
  }
})

test('without a journal file it says what it needs', async () => {
  const child = spawn(process.execPath, [MAIN], { stdio: ['ignore', 'ignore', 'pipe'] })
  const [message] = await once(child.stderr, 'data')
  expect(String(message)).toContain('--journal FILE')
  await once(child, 'exit')
  expect(child.exitCode).toBe(2)
})
