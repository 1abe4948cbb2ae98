import { describe, expect, it } from 'vitest'
import { CatalogError } from '../../../workers/catalog/catalog-problem.ts'
import { DEFAULT_ALERT_SETTINGS } from '../../../domain/alerts/alert-settings.ts'
import { environmentCatalog } from '../../../workers/catalog/environment-catalog.ts'
import { parseCatalog } from '../../../workers/catalog/parse-catalog.ts'
import { smallCatalog } from './small-catalog.ts'

const parse = (alerts: unknown) => parseCatalog(smallCatalog({ alerts }), { sourceName: 'small' })

function problemsOf(alerts: unknown): readonly string[] {
  try {
    parse(alerts)
  } catch (error) {
    if (error instanceof CatalogError) return error.problems
    throw error
  }
  throw new Error('the catalog was taken')
}

const OPS = { url: 'https://example.test/hook', secretVariable: 'OPS_SECRET' }

describe('the section alerts of a catalog', () => {
  it('says what is watched and who is told', () => {
    const catalog = parse({
      disabled: ['latency'],
      budget: { thresholdsPercent: [50, 100] },
      spendAnomaly: { standardDeviations: 4, floorUsdPerHour: 2.5 },
      traffic: { windowMinutes: 5, leastCalls: 50, errorPercent: 5, slowFactor: 3, slowPercent: 30 },
      webhooks: {
        ops: OPS,
        pager: { urlVariable: 'PAGER_URL', secretVariable: 'PAGER_SECRET', rules: ['budget'] },
      },
    })
    expect(catalog.alerts).toEqual({
      disabled: ['latency'],
      budget: { thresholds: [0.5, 1] },
      spend: { standardDeviations: 4, floorNanoUsdPerHour: 2_500_000_000 },
      traffic: { windowMs: 300_000, leastCalls: 50, errorShare: 0.05, slowFactor: 3, slowShare: 0.3 },
      hysteresis: DEFAULT_ALERT_SETTINGS.hysteresis,
      webhooks: [
        { name: 'ops', ...OPS },
        { name: 'pager', urlVariable: 'PAGER_URL', secretVariable: 'PAGER_SECRET', rules: ['budget'] },
      ],
    })
    const lookup = (name: string) => (name === 'OPENAI_API_KEY' ? 'k' : undefined)
    expect(environmentCatalog(catalog, lookup).catalog.alerts).toEqual(catalog.alerts)
  })

  it('may be left out, and so may all in it', () => {
    expect(parseCatalog(smallCatalog(), { sourceName: 'small' })).not.toHaveProperty('alerts')
    expect(parse({}).alerts).toEqual(DEFAULT_ALERT_SETTINGS)
  })

  it('tells all that is wrong with it at once', () => {
    const problems = problemsOf({
      disabled: ['weather'],
      budget: { thresholdsPercent: [0] },
      traffic: { windowMinutes: 90, colour: 1 },
      webhooks: {
        log: OPS,
        both: { ...OPS, urlVariable: 'HOOK_URL' },
        leaked: { url: 'ftp://example.test', secretVariable: 'whsec_not-a-name' },
      },
    })
    const text = problems.join('\n')
    expect(text).toContain('alerts.disabled[0]: must be one of budget, spend-anomaly')
    expect(text).toContain(
      'alerts.budget.thresholdsPercent[0]: must be a percentage above 0, at most 100, not 0',
    )
    expect(text).toContain('alerts.traffic.windowMinutes: must be at most 60 minutes, not 90')
    expect(text).toContain('alerts.traffic.colour: is no field of the catalog')
    expect(text).toContain('alerts.webhooks.log: must be a name of 1 to 64 letters')
    expect(text).toContain('alerts.webhooks.both: must have one of url and urlVariable')
    expect(text).toContain(
      'alerts.webhooks.leaked.url: must be an address that starts with http:// or https://',
    )
    expect(text).toContain(
      'alerts.webhooks.leaked.secretVariable: must be the name of an environment variable',
    )
    expect(text).not.toContain('whsec_')
  })
})
