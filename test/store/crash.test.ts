import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCostReports } from '../../store/reports/costs.ts'
import { openDatabase } from '../../store/database.ts'
import { startChild } from './child.ts'

const ROUNDS = ['one', 'two', 'three']

describe('SIGKILL of a process that writes to the embedded database', () => {
  let dataDir: string
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'switchyard-crash-'))
  })
  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  it('loses no acknowledged row, time after time', { timeout: 120_000 }, async () => {
    const acknowledged: string[] = []
    for (const round of ROUNDS) {
      const writer = startChild('ledger-writer.ts', dataDir, round)
      await writer.printed(150)
      await writer.kill()
      acknowledged.push(...writer.lines)
    }
    const database = await openDatabase({ dataDir })
    const operations = await createCostReports(database).operations({})
    await database.close()
    const stored = new Map(operations.map((operation) => [operation.operationId, operation.attempts]))
    const lost = acknowledged.filter((line) => {
      const [event, id = ''] = line.split(' ')
      const [attempt, ...others] = stored.get(id) ?? []
      const expected = event === 'settled' ? attempt?.status === 'completed' : attempt !== undefined
      return !expected || others.length > 0
    })
    expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS.length * 150)
    expect(lost).toEqual([])
    // At most the one that was being written at each kill was stored without being acknowledged.
    expect(stored.size - new Set(acknowledged.map((line) => line.split(' ')[1])).size).toBeLessThanOrEqual(3)
  })
})
