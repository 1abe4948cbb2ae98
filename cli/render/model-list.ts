import { type Column, renderTable } from './table.ts'
import { formatCount } from './format.ts'
import { formatUsd } from '../../domain/money.ts'
import type { ModelList } from '../../domain/catalog/model-list.ts'
import type { ModelVersion } from '../../domain/catalog/model.ts'
import { sharedTable } from './traffic.ts'
import type { TrafficReport } from '../../domain/traffic/traffic-report.ts'
import type { TokenRate } from '../../domain/catalog/price.ts'

const COLUMNS: readonly Column[] = [
  { title: 'model' },
  { title: 'version' },
  { title: 'endpoint' },
  { title: 'context', align: 'right' },
  { title: '$/M in', align: 'right' },
  { title: '$/M out', align: 'right' },
  { title: 'price list' },
  { title: 'share', align: 'right' },
  { title: 'state' },
]

/** Marks a rate that rises with the size of the prompt. */
const TIERED = '+'

/**
 * What can be called, at which price, what each task uses, and what is absent and why.
 * @param traffic of the models whose traffic is shared out
 */
export function modelTable({ catalog, skipped }: ModelList, traffic: readonly TrafficReport[] = []): string {
  const reports = new Map(traffic.map((report) => [report.model, report]))
  const absent = new Map(skipped.map(({ endpoint, reason }) => [endpoint, reason]))
  const rows = Object.values(catalog.models).flatMap(({ name, versions }) =>
    versions.map((version, index) => {
      const standing = standingOf(version, index === 0, reports.get(name))
      return versionRow(version, standing, absent.get(version.endpoint))
    }),
  )
  const shared = sharedTable(traffic)
  const tasks = Object.entries(catalog.tasks).map(([task, { model, fallbacks }]) => [
    task,
    [model, ...fallbacks].join(' → '),
  ])
  return [
    renderTable(COLUMNS, rows),
    ...(rows.some((row) => row.some((cell) => cell.endsWith(TIERED)))
      ? [`${TIERED} and more for very long prompts`]
      : []),
    ...(shared === '' ? [] : ['', shared]),
    '',
    renderTable([{ title: 'task' }, { title: 'models, in the order in which they are tried' }], tasks),
    ...(skipped.length === 0
      ? []
      : ['', 'Not available here:', ...skipped.map(({ endpoint, reason }) => `  ${endpoint}: ${reason}`)]),
  ].join('\n')
}

/** What a version gets of its model's traffic, and as what. */
interface Standing {
  readonly percent: number
  readonly state: string
}

function standingOf(
  { version }: ModelVersion,
  isFirst: boolean,
  report: TrafficReport | undefined,
): Standing {
  const shares = report?.state ?? report?.snapshot
  if (shares === undefined)
    return isFirst ? { percent: 100, state: 'active' } : { percent: 0, state: 'standby' }
  const percent = shares.arms.find((arm) => arm.version === version)?.percent ?? 0
  const status = report?.state?.versions.find((entry) => entry.version === version)?.status
  return { percent, state: status ?? (percent > 0 ? 'active' : 'standby') }
}

function versionRow(
  version: ModelVersion,
  { percent, state }: Standing,
  absence: string | undefined,
): readonly string[] {
  const { model, endpoint, contextWindow, price } = version
  return [
    model,
    version.version,
    endpoint,
    formatCount(contextWindow),
    rate(price.input),
    rate(price.output),
    price.version,
    absence === undefined ? `${percent} %` : '',
    absence ?? state,
  ]
}

function rate({ base, tiers = [] }: TokenRate): string {
  return `${formatUsd(base)}${tiers.length === 0 ? '' : TIERED}`
}
