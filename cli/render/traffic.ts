import { type Column, renderTable } from './table.ts'
import { formatUtc } from '../../domain/format-utc.ts'
import type { TrafficReport } from '../../domain/traffic/traffic-report.ts'
import type { TrafficState, VersionEntry } from '../../domain/traffic/traffic-state.ts'

const MODEL_COLUMNS: readonly Column[] = [
  { title: 'shared out' },
  { title: 'epoch', align: 'right' },
  { title: 'stable version' },
  { title: 'lease' },
]

const VERSION_COLUMNS: readonly Column[] = [
  { title: 'version' },
  { title: 'share', align: 'right' },
  { title: 'copies', align: 'right' },
  { title: 'status' },
  { title: 'since' },
]

/** The models whose traffic is shared out, a line each. */
export function sharedTable(reports: readonly TrafficReport[]): string {
  const rows = reports.flatMap(({ model, snapshot, state }) => {
    const known = state ?? snapshot
    return known === undefined ? [] : [[model, String(known.epoch), known.stableVersion, leaseText(state)]]
  })
  return rows.length === 0 ? '' : renderTable(MODEL_COLUMNS, rows)
}

/** One model's versions, their shares, its lease and what was decided, the newest first. */
export function trafficText({ model, snapshot, state }: TrafficReport): string {
  if (state === undefined) {
    if (snapshot === undefined)
      return `Nothing was ever rolled out for ${model}: its first version gets everything.`
    const arms = snapshot.arms.map(({ version, percent }) => `${version} ${percent} %`).join(', ')
    return `${model}: ${arms} (epoch ${snapshot.epoch}). Its workflow does not answer, so its history cannot be shown.`
  }
  const history = state.history
    .toReversed()
    .map(({ atMs, by, text }) => `  ${formatUtc(atMs)}  ${by}: ${text}`)
  return [
    `${model}: epoch ${state.epoch}, ${state.stableVersion} is the stable version`,
    '',
    renderTable(
      VERSION_COLUMNS,
      state.versions.map((entry) => versionRow(entry, state)),
    ),
    '',
    `Lease: ${leaseText(state)}`,
    ...(history.length === 0 ? ['Nothing was decided yet.'] : ['Decisions, the newest first:', ...history]),
  ].join('\n')
}

function versionRow(
  { version, status, sinceMs }: VersionEntry,
  { arms, mirror }: TrafficState,
): readonly string[] {
  const percent = arms.find((arm) => arm.version === version)?.percent ?? 0
  const copies = mirror?.version === version ? `${mirror.percent} %` : ''
  return [version, `${percent} %`, copies, status, formatUtc(sinceMs)]
}

function leaseText(state: TrafficState | undefined): string {
  if (state === undefined) return 'unknown: its workflow does not answer'
  const { lease } = state
  if (lease === undefined) return 'free'
  return `${lease.holder} for ${lease.version}, until ${formatUtc(lease.expiresAtMs)}`
}
