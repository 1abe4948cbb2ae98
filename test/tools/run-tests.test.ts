import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { countLine, runTests } from '../../tools/run-tests.mjs'

describe('countLine', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-count-'))
    path = join(folder, 'report.json')
  })
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  test('counts tests', async () => {
    const files = [
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
      { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] },
    ]
    await writeFile(path, JSON.stringify({ numPassedTests: 2, numFailedTests: 1, testResults: files }))
    expect(countLine(path, 1)).toBe('2 passed, 1 failed')
  })

  test('counts a file that could not be loaded as one failure', async () => {
    const files = [{ status: 'failed', assertionResults: [] }]
    await writeFile(path, JSON.stringify({ numPassedTests: 0, numFailedTests: 0, testResults: files }))
    expect(countLine(path, 1)).toBe('0 passed, 1 failed')
  })

  test('counts an error outside of every test as one failure', async () => {
    await writeFile(path, JSON.stringify({ numPassedTests: 5, numFailedTests: 0, testResults: [] }))
    expect(countLine(path, 1)).toBe('5 passed, 1 failed')
  })

  test('never reports success when there is no report', () => {
    expect(countLine(path, 139)).toBe('0 passed, 1 failed')
  })
})

test('what tests need beyond the usual is fetched before them; where that fails, none is run', async () => {
  const started: (readonly [string, readonly string[]])[] = []
  const run = (program: string, args: readonly string[]): Promise<number> => {
    started.push([program, args])
    return Promise.resolve(3)
  }
  expect(await runTests(run, ['test/browser'], ['--browser'])).toBe(3)
  expect(started).toEqual([['node', [expect.stringContaining('prepare-tests.ts'), '--browser']]])
})
