import { type Column, renderTable } from './table.ts'
import { formatCount } from './format.ts'
import { formatUsd } from '../../domain/money.ts'
import type { ModelList } from '../../domain/catalog/model-list.ts'
import type { ModelVersion } from '../../domain/catalog/model.ts'
import type { TokenRate } from '../../domain/catalog/price.ts'

const COLUMNS: readonly Column[] = [
  { title: 'model' },
  { title: 'version' },
  { title: 'endpoint' },
  { title: 'context', align: 'right' },
  { title: '$/M in', align: 'right' },
  { title: '$/M out', align: 'right' },
  { title: 'price list' },
  { title: 'state' },
]

/** Marks a rate that rises with the size of the prompt. */
const TIERED = '+'

/** What can be called, at which price, what each task uses, and what is absent and why. */
export function modelTable({ catalog, skipped }: ModelList): string {
  const absent = new Map(skipped.map(({ endpoint, reason }) => [endpoint, reason]))
  const rows = Object.values(catalog.models).flatMap(({ versions }) =>
    versions.map((version, index) => versionRow(version, index === 0, absent.get(version.endpoint))),
  )
  const tasks = Object.entries(catalog.tasks).map(([task, { model, fallbacks }]) => [
    task,
    [model, ...fallbacks].join(' → '),
  ])
  return [
    renderTable(COLUMNS, rows),
    ...(rows.some((row) => row.some((cell) => cell.endsWith(TIERED)))
      ? [`${TIERED} and more for very long prompts`]
      : []),
    '',
    renderTable([{ title: 'task' }, { title: 'models, in the order in which they are tried' }], tasks),
    ...(skipped.length === 0
      ? []
      : ['', 'Not available here:', ...skipped.map(({ endpoint, reason }) => `  ${endpoint}: ${reason}`)]),
  ].join('\n')
}

function versionRow(
  version: ModelVersion,
  isActive: boolean,
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
    absence ?? (isActive ? 'active' : 'standby'),
  ]
}

function rate({ base, tiers = [] }: TokenRate): string {
  return `${formatUsd(base)}${tiers.length === 0 ? '' : TIERED}`
}
