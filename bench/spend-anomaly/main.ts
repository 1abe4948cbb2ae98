// How often the rule for spend anomalies is wrong, and how soon it is right, beside a plain z-score:
//   npm run bench:spend-anomaly [-- --tenants 120 --seed 20261121]
import { ANOMALIES, countFalseAlarms, findAnomalies } from './measure.ts'
import { formatShare, quantile, wilson } from '../rollout-decision/wilson.ts'
import { naiveRule, ourRule } from './rules.ts'
import { poissonRate } from './poisson-interval.ts'
import { printTable, requireAtMost } from '../rig/figures.ts'
import { readBenchOptions } from '../rig/read-options.ts'
import { TENANT_KINDS, type TenantKind } from './tenants.ts'

/** False alarms per tenant-week that are accepted; bursty tenants come as they please, and are only printed. */
const MOST_FALSE_ALARMS = 0.1
const UNBOUNDED: readonly TenantKind[] = ['bursty']
/** A runaway of ten mean hours must be found, and within the hour, in tenants with these rhythms. */
const MUST_FIND: readonly TenantKind[] = ['steady', 'daily', 'growing']
const MOST_MISSED_PERCENT = 10
const MOST_MINUTES = 60

const { tenants, seed } = readBenchOptions('bench:spend-anomaly', { tenants: 120, seed: 20261121 })
const startedAt = performance.now()
console.log(
  `seed ${seed}, ${tenants} tenants of each kind; intervals at 95 %: Poisson for rates, Wilson for shares`,
)

const quiet = TENANT_KINDS.map(({ kind, says }) => ({
  kind,
  says,
  ...countFalseAlarms(kind, [ourRule, naiveRule], { seed, tenants }),
}))
printTable(
  'False alarms per tenant-week, without any anomaly',
  ['', 'tenant-weeks', 'our rule', 'its first week', 'plain z > 3'],
  quiet.map(({ kind, tenantWeeks, alarms, firstWeekAlarms }) => [
    kind,
    String(tenantWeeks),
    rateText(alarms[0], tenantWeeks),
    rateText(firstWeekAlarms[0], tenants),
    rateText(alarms[1], tenantWeeks),
  ]),
)
for (const { kind, says } of TENANT_KINDS) console.log(`  ${kind}: ${says}`)

const detections = TENANT_KINDS.map(({ kind }) => ({
  kind,
  cells: ANOMALIES.map((anomaly) => ({
    anomaly,
    found: findAnomalies(kind, [ourRule, naiveRule], anomaly, { seed, tenants }),
  })),
}))
for (const [index, anomaly] of ANOMALIES.entries()) {
  printTable(
    `Anomaly of ${anomaly.lastsHours} h: ${anomaly.name}`,
    ['', 'found', 'median delay', 'p90', 'plain z > 3: found', 'median delay'],
    detections.flatMap(({ kind, cells }) => {
      const [ours, naive] = cells[index]?.found ?? []
      if (ours === undefined || naive === undefined) return []
      return [
        [
          kind,
          formatShare(wilson(ours.found, ours.anomalies)),
          minutes(ours.delaysMinutes, 0.5),
          minutes(ours.delaysMinutes, 0.9),
          formatShare(wilson(naive.found, naive.anomalies)),
          minutes(naive.delaysMinutes, 0.5),
        ],
      ]
    }),
  )
}

console.log()
for (const { kind, tenantWeeks, alarms } of quiet) {
  if (UNBOUNDED.includes(kind)) continue
  const { high } = poissonRate(alarms[0] ?? Infinity, tenantWeeks)
  requireAtMost(`false alarms per tenant-week, upper bound: ${kind}`, high, MOST_FALSE_ALARMS)
}
for (const { kind, cells } of detections) {
  const [ours] = cells.find(({ anomaly }) => anomaly.name === '10 x')?.found ?? []
  if (ours === undefined || !MUST_FIND.includes(kind)) continue
  const { found, anomalies, delaysMinutes } = ours
  requireAtMost(`10 x missed, %: ${kind}`, (1 - found / anomalies) * 100, MOST_MISSED_PERCENT)
  requireAtMost(`10 x median delay, minutes: ${kind}`, quantile(delaysMinutes, 0.5), MOST_MINUTES)
}
console.log(`took ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)

function rateText(alarms: number | undefined, weeks: number): string {
  const { rate, low, high } = poissonRate(alarms ?? Number.NaN, weeks)
  return `${rate.toFixed(3)} (${low.toFixed(3)}-${high.toFixed(3)})`
}

function minutes(delays: readonly number[], part: number): string {
  return delays.length === 0 ? 'never' : `${quantile(delays, part)} min`
}
