import { fileURLToPath } from 'node:url'
import { readFileSync } from 'node:fs'

const GUIDE = fileURLToPath(new URL('../../../docs/guides/monitoring.md', import.meta.url))

/** A metric as the guide's tables have it. */
export interface DocumentedMetric {
  readonly name: string
  readonly type: string
  readonly labels: readonly string[]
}

/** Rows such as "| `name` | counter | `label`, `label` | what it is |". */
export function documentedMetrics(): readonly DocumentedMetric[] {
  const rows = readFileSync(GUIDE, 'utf8').matchAll(
    /^\| `([a-z_]+)` \| (counter|gauge|histogram) \|([^|]*)\|/gm,
  )
  return [...rows].map(([, name = '', type = '', labels = '']) => ({
    name,
    type,
    labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
  }))
}

/** The names under which the documented metrics appear in PromQL. */
export function documentedNames(): ReadonlySet<string> {
  return new Set(
    documentedMetrics().flatMap(({ name, type }) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  )
}
