import { expect, test } from 'vitest'
import { modelTable } from '../../cli/render/model-list.ts'
import { testCatalog } from '../fixtures/catalogs.ts'
import { trafficText } from '../../cli/render/traffic.ts'

const catalog = testCatalog([{ name: 'here' }, { name: 'away' }])

test('shows the share, the status and the lease of what is shared out', () => {
  const snapshot = {
    model: 'here',
    epoch: 7,
    stableVersion: '2026-01-01',
    arms: [{ version: '2026-01-01', percent: 95 }],
  }
  const state = {
    ...snapshot,
    versions: [{ version: '2026-01-01', status: 'active', sinceMs: 0 }],
    lease: {
      holder: 'rollout-7',
      runId: 'r',
      version: 'v2',
      grantedAtMs: 0,
      expiresAtMs: 60_000,
      ttlMs: 1,
      change: 1,
    },
    history: [{ atMs: 0, by: 'ada', text: 'took the lease for v2' }],
  } as const
  const list = { catalog, skipped: [] }
  expect(modelTable(list)).toMatch(/here +2026-01-01 .* 100 % +active/)
  const table = modelTable(list, [{ model: 'here', snapshot, state }])
  expect(table).toMatch(/here +2026-01-01 .* 95 % +active/)
  expect(table).toMatch(/here +7 +2026-01-01 +rollout-7 for v2, until 1970-01-01 00:01:00 UTC/)
  expect(modelTable(list, [{ model: 'here', snapshot }])).toContain('unknown: its workflow does not answer')
  expect(trafficText({ model: 'here', snapshot, state })).toContain(
    '1970-01-01 00:00:00 UTC  ada: took the lease for v2',
  )
  expect(trafficText({ model: 'here', snapshot })).toContain('here: 2026-01-01 95 % (epoch 7)')
  expect(trafficText({ model: 'away' })).toBe(
    'Nothing was ever rolled out for away: its first version gets everything.',
  )
})
