import { describe, expect, it } from 'vitest'
import { DEFAULT_ACTIONS } from '../../../domain/optimisation/actions.ts'
import { DEFAULT_SCHEDULES_PATH, loadSchedules } from '../../../workers/maintenance/load-schedules.ts'
import { optimisationRequest } from '../../../domain/optimisation/request.ts'
import { readWhole } from '../../../domain/reading/reader.ts'

describe('the input of an optimisation', () => {
  it('needs nothing, prunes nothing and starts no rollout by itself', () => {
    const read = readWhole(optimisationRequest, {})
    expect(read).toMatchObject({ ok: true, value: { actions: DEFAULT_ACTIONS, apply: false, ledger: {} } })
    expect(DEFAULT_ACTIONS).not.toContain('threads')
  })

  it('names every mistake with its place', () => {
    const read = readWhole(optimisationRequest, {
      actions: ['faster'],
      rounds: 2,
      tries: { slots: [0] },
      ledger: { keepDays: 30 },
      colour: 'red',
    })
    expect(read).toMatchObject({ ok: false })
    const problems = read.ok ? '' : read.problems.join('\n')
    for (const place of ['actions.0', 'rounds', 'tries.slots.0', 'ledger.keepDays', 'colour']) {
      expect(problems).toContain(`${place}: `)
    }
  })

  it('of the schedule is one that only measures', async () => {
    const schedules = await loadSchedules(DEFAULT_SCHEDULES_PATH)
    const read = readWhole(optimisationRequest, schedules.find(({ kind }) => kind === 'optimise')?.input)
    expect(read).toMatchObject({ ok: true, value: { dryRun: true, apply: false } })
  })
})
