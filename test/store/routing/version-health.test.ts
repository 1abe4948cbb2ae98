import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  createVersionHealthStore,
  readVersionHealth,
  type VersionHealthStore,
} from '../../../store/routing/version-health.ts'
import { DEFAULT_HEALTH_RULES, type HealthEvent } from '../../../domain/maintenance/health/health-state.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'
import { versionHealth } from '../../../store/schema.ts'

const V1 = { model: 'm', version: 'v1', endpoint: 'e' }
const V2 = { model: 'm', version: 'v2', endpoint: 'e' }
const failed: HealthEvent = { kind: 'check-failed', reason: 'does not answer' }
const passed: HealthEvent = { kind: 'check-passed' }

describe.each(ENGINES)('the health of versions on $name', ({ open }) => {
  let database: Database
  let store: VersionHealthStore
  let checks = 0
  beforeAll(async () => {
    database = await open()
    store = createVersionHealthStore(database)
  })
  afterAll(() => database.close())
  beforeEach(() => database.queries.delete(versionHealth))

  const check = (events: readonly HealthEvent[], name = V1, checkId = `check-${(checks += 1)}`) =>
    store.record({ checkId, rules: DEFAULT_HEALTH_RULES, checked: [{ ...name, events }] })

  it('begins with the first check, and is out after three that failed', async () => {
    expect(await check([failed])).toMatchObject([
      {
        ...V1,
        before: 'healthy',
        status: 'failing',
        consecutive: 1,
        reason: 'does not answer',
        sharePercent: 100,
      },
    ])
    await check([failed])
    expect(await check([failed])).toMatchObject([
      { before: 'failing', status: 'out', consecutive: 0, sharePercent: 0 },
    ])
    expect(await readVersionHealth(database)).toMatchObject([{ ...V1, status: 'out' }])
  })

  it('counts a check that is written twice once, and answers the same', async () => {
    await check([failed])
    const first = await check([failed], V1, 'the same')
    expect(await check([failed], V1, 'the same')).toEqual(first)
    expect(await store.read()).toMatchObject([{ status: 'failing', consecutive: 2 }])
  })

  it('changes at its own time and is looked at at another', async () => {
    await check([passed])
    const [healthy] = await store.read()
    await check([passed])
    const [later] = await store.read()
    expect(later?.changedAtMs).toBe(healthy?.changedAtMs)
    expect(later?.checkedAtMs).toBeGreaterThanOrEqual(healthy?.checkedAtMs ?? Infinity)
    expect(Math.abs((later?.checkedAtMs ?? 0) - Date.now())).toBeLessThan(60_000)
  })

  it('counts calls of users from its return on', async () => {
    for (let times = 0; times < 3; times++) await check([failed])
    expect((await store.read())[0]).not.toHaveProperty('countedFromMs')
    for (let times = 0; times < 3; times++) await check([passed])
    const [back] = await store.read()
    expect(back).toMatchObject({ status: 'returning', sharePercent: 5, countedFromMs: back?.changedAtMs })
    await check([{ kind: 'calls-counted', goodCalls: 20, badCalls: 0 }, passed])
    expect(await store.read()).toMatchObject([{ status: 'healthy', countedFromMs: back?.countedFromMs }])
    expect((await store.read())[0]).not.toHaveProperty('reason')
  })

  it('is kept apart for each version, and several are written together', async () => {
    await store.record({
      checkId: 'both',
      rules: DEFAULT_HEALTH_RULES,
      checked: [
        { ...V2, events: [failed] },
        { ...V1, events: [passed] },
      ],
    })
    expect((await store.read()).map(({ version, status }) => [version, status])).toEqual([
      ['v1', 'healthy'],
      ['v2', 'failing'],
    ])
  })

  it('is written by two checks at once without losing one', async () => {
    await Promise.all([check([failed]), check([failed])])
    expect(await store.read()).toMatchObject([{ status: 'failing', consecutive: 2 }])
  })
})
