import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRoutingTable, type RoutingTable } from '../../../store/routing/routing-table.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'
import type { TrafficSnapshot } from '../../../domain/traffic/traffic-state.ts'

function snapshot(model: string, epoch: number, canaryPercent = 0): TrafficSnapshot {
  const canary = { version: 'new', percent: canaryPercent }
  const arms = [...(canaryPercent > 0 ? [canary] : []), { version: 'old', percent: 100 - canaryPercent }]
  return { model, epoch, stableVersion: 'old', arms }
}

describe.each(ENGINES)('The routing table on $name', ({ open }) => {
  let database: Database
  let table: RoutingTable
  beforeAll(async () => {
    database = await open()
    table = createRoutingTable(database)
  })
  afterAll(() => database.close())

  it('holds nothing of a model that nobody shared out', async () => {
    expect(await table.find('never')).toBeUndefined()
    expect(await table.read()).not.toHaveProperty('never')
  })

  it('gives back what was published, whole', async () => {
    const published = { ...snapshot('whole', 0, 12.5), mirror: { version: 'new', percent: 3 } }
    expect(await table.publish(published)).toEqual(published)
    expect(await table.find('whole')).toEqual(published)
    expect((await table.read())['whole']).toEqual(published)
  })

  it('takes newer epochs, and returns what stands there to a writer that was left behind', async () => {
    await table.publish(snapshot('fenced', 1))
    expect(await table.publish(snapshot('fenced', 3, 5))).toEqual(snapshot('fenced', 3, 5))
    expect(await table.publish(snapshot('fenced', 2, 50))).toEqual(snapshot('fenced', 3, 5))
    expect(await table.publish(snapshot('fenced', 3, 50))).toEqual(snapshot('fenced', 3, 5))
    expect(await table.find('fenced')).toEqual(snapshot('fenced', 3, 5))
  })

  it('ends with the newest epoch, in whatever order writers come', async () => {
    const epochs = Array.from({ length: 20 }, (_, index) => (index * 7) % 20)
    await Promise.all(epochs.map((epoch) => table.publish(snapshot('raced', epoch, epoch))))
    expect(await table.find('raced')).toEqual(snapshot('raced', 19, 19))
  })
})
