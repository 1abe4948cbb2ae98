import { describe, expect, it } from 'vitest'
import { readdirSync, readFileSync } from 'node:fs'
import { documentedNames } from '../workers/metrics/documented-names.ts'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { metricNamesIn } from '../workers/metrics/metric-names-in.ts'
import { parse } from 'yaml'
import { z } from 'zod'

const DEPLOY = fileURLToPath(new URL('../../deploy', import.meta.url))
const FOLDER = join(DEPLOY, 'grafana/dashboards')

const datasource = z.strictObject({ type: z.literal('prometheus'), uid: z.literal('prometheus') })

/** What Grafana needs of a panel to load and draw it: schema version 41 of its dashboards. */
const panelBase = {
  id: z.int().positive(),
  title: z.string().min(1),
  gridPos: z.strictObject({
    h: z.int().min(1),
    w: z.int().min(1).max(24),
    x: z.int().min(0).max(23),
    y: z.int().min(0),
  }),
}
const rowSchema = z.strictObject({
  ...panelBase,
  type: z.literal('row'),
  collapsed: z.literal(false),
  panels: z.array(z.never()),
})
const graphSchema = z.strictObject({
  ...panelBase,
  type: z.enum(['timeseries', 'stat', 'bargauge', 'table']),
  description: z.string().optional(),
  datasource,
  targets: z
    .array(
      z.strictObject({
        refId: z.string().regex(/^[A-Z]$/),
        datasource,
        expr: z.string().min(1),
        legendFormat: z.string(),
        instant: z.boolean().optional(),
        range: z.boolean().optional(),
        format: z.enum(['time_series', 'table']).optional(),
      }),
    )
    .min(1),
  fieldConfig: z.strictObject({
    defaults: z.strictObject({
      unit: z.enum(['short', 's', 'ops', 'reqps', 'percentunit', 'currencyUSD', 'bytes']),
      min: z.number().optional(),
      max: z.number().optional(),
      thresholds: z
        .strictObject({
          mode: z.literal('absolute'),
          steps: z.array(z.strictObject({ color: z.string(), value: z.number().nullable() })).min(1),
        })
        .optional(),
    }),
    overrides: z.array(z.never()),
  }),
  options: z.record(z.string(), z.unknown()),
})
const dashboardSchema = z.strictObject({
  uid: z.string().regex(/^[a-z-]{1,40}$/),
  title: z.string().min(1),
  tags: z.array(z.string()),
  schemaVersion: z.literal(41),
  version: z.int(),
  editable: z.boolean(),
  timezone: z.enum(['', 'browser', 'utc']),
  refresh: z.string().regex(/^\d+[smh]$/),
  time: z.strictObject({ from: z.string(), to: z.literal('now') }),
  annotations: z.strictObject({ list: z.array(z.never()) }),
  templating: z.strictObject({
    list: z.array(
      z.object({
        name: z.string(),
        type: z.literal('query'),
        datasource,
        query: z.object({ query: z.string().startsWith('label_values('), refId: z.string() }),
      }),
    ),
  }),
  links: z.array(z.never()),
  panels: z.array(z.discriminatedUnion('type', [rowSchema, graphSchema])).min(1),
})

const dashboards = readdirSync(FOLDER).map(
  (file) => [file, dashboardSchema.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')))] as const,
)

const rulesSchema = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Switchyard[A-Za-z]+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smh]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
          annotations: z.strictObject({ summary: z.string() }),
        }),
      ),
    }),
  ),
})
const { groups } = rulesSchema.parse(parse(readFileSync(join(DEPLOY, 'prometheus/rules.yml'), 'utf8')))
const rules = groups.flatMap((group) => group.rules)

/** What Prometheus adds by itself. */
const OF_PROMETHEUS = new Set(['up'])

function unknownNames(expression: string): readonly string[] {
  return metricNamesIn(expression).filter((name) => !OF_PROMETHEUS.has(name) && !documentedNames().has(name))
}

describe.each(dashboards)('the dashboard %s', (_file, { panels, templating }) => {
  it('gives each panel an id and a place of its own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24)
      return Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`)
    })
    expect(new Set(cells).size).toBe(cells.length)
  })

  it('asks only for metrics that are documented', () => {
    const graphs = panels.flatMap((panel) => (panel.type === 'row' ? [] : panel.targets))
    expect(graphs.flatMap(({ expr }) => unknownNames(expr))).toEqual([])
    expect(graphs.every(({ expr }) => metricNamesIn(expr).length > 0)).toBe(true)
  })

  it('uses only variables that it has', () => {
    const known = new Set([...templating.list.map(({ name }) => name), '__rate_interval'])
    const used = [...JSON.stringify(panels).matchAll(/\$(\w+)/g)].map(([, name = '']) => name)
    expect(used.filter((name) => !known.has(name))).toEqual([])
  })
})

describe('the rules of Prometheus', () => {
  it('have names of their own', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
  })

  it.each(rules.map(({ alert, expr }) => [alert, expr] as const))(
    'ask only for metrics that are documented: %s',
    (_alert, expr) => {
      expect(metricNamesIn(expr).length).toBeGreaterThan(0)
      expect(unknownNames(expr)).toEqual([])
    },
  )

  it('cover errors, latency, budgets, breakers and missing workers', () => {
    const all = rules.map(({ expr }) => expr).join('\n')
    for (const name of [
      'switchyard_requests_total',
      'switchyard_request_duration_seconds_bucket',
      'switchyard_budget_spent_usd',
      'switchyard_breaker_state',
      'absent(up{job="orchestrator"} == 1)',
    ]) {
      expect(all).toContain(name)
    }
  })
})
