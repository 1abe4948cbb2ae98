import { describe, expect, it } from 'vitest'
import { existsSync, readFileSync } from 'node:fs'
import { CONFIG_VARIABLES } from '../../workers/config.ts'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { loadCatalog } from '../../workers/catalog/load-catalog.ts'
import { parse } from 'yaml'
import { z } from 'zod'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const serviceSchema = z.object({
  image: z.string(),
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()).min(2) }).optional(),
  restart: z.string().optional(),
  profiles: z.array(z.string()).default([]),
})
const composeSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.unknown()),
})

const prometheusSchema = z.object({
  rule_files: z.array(z.string()),
  scrape_configs: z.array(
    z.object({
      job_name: z.string(),
      dns_sd_configs: z.array(z.object({ names: z.array(z.string()), port: z.number() })).default([]),
    }),
  ),
})
const datasourcesSchema = z.object({
  datasources: z.array(z.object({ uid: z.string(), type: z.literal('prometheus'), url: z.string() })),
})
const dashboardProvidersSchema = z.object({
  providers: z.array(z.object({ type: z.literal('file'), options: z.object({ path: z.string() }) })),
})

const { services, volumes } = composeSchema.parse(
  parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }),
)
const entries = Object.entries(services)

describe('docker-compose.yml', () => {
  it('has a database, Temporal with its UI, every kind of worker, and what watches them', () => {
    expect(Object.keys(services)).toEqual(
      expect.arrayContaining([
        'postgres',
        'temporal',
        'temporal-ui',
        'orchestrator',
        'cloud',
        'gpu-node',
        'prometheus',
        'grafana',
      ]),
    )
    expect(entries.filter(([, { profiles }]) => profiles.length > 0).map(([name]) => name)).toEqual([
      'gpu-node',
    ])
  })

  it.each(entries)(
    'has %s started again when it ends, and asks whether it is well where others wait',
    (name, service) => {
      expect(service.restart).toMatch(/^(unless-stopped|on-failure:\d+)$/)
      const isAwaited = entries.some(([, other]) => other.depends_on[name]?.condition === 'service_healthy')
      if (isAwaited) expect(service.healthcheck).toBeDefined()
    },
  )

  it.each(entries)('pins the image of %s to a full version', (_name, { image }) => {
    expect(image).toMatch(/^[\w/.-]+:v?\d+\.\d+(\.\d+)?$/)
  })

  it.each(entries)('lets %s wait only for what is there and can be waited for', (_name, service) => {
    for (const [dependency, { condition }] of Object.entries(service.depends_on)) {
      expect(Object.keys(services)).toContain(dependency)
      if (condition === 'service_healthy') expect(services[dependency]?.healthcheck).toBeDefined()
    }
  })

  it.each(entries)('mounts into %s only volumes and files that exist', (_name, service) => {
    for (const [source = ''] of service.volumes.map((volume) => volume.split(':'))) {
      expect(source.startsWith('./') ? existsSync(join(ROOT, source)) : source in volumes).toBe(true)
    }
  })

  it.each(entries)('publishes ports of %s on this machine only', (_name, { ports }) => {
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
  })

  it('publishes no port twice', () => {
    const published = entries.flatMap(([, { ports }]) => ports.map((port) => port.split(':')[1]))
    expect(published).toEqual([...new Set(published)])
  })

  it('lets Prometheus scrape the health port of every worker', () => {
    const { scrape_configs: jobs } = prometheusSchema.parse(
      parse(readFileSync(join(ROOT, 'deploy/prometheus/prometheus.yml'), 'utf8')),
    )
    const scraped = jobs.flatMap(({ dns_sd_configs: targets }) =>
      targets.flatMap(({ names, port }) => names.map((name) => `${name}:${port}`)),
    )
    const workers = entries.filter(([, { build }]) => build !== undefined)
    expect(scraped.toSorted()).toEqual(
      workers
        .map(([name, { environment }]) => `${name}:${environment['SWITCHYARD_HEALTH_PORT'] ?? ''}`)
        .toSorted(),
    )
  })

  it('gives Grafana a Prometheus that is there, and the folder of its dashboards', () => {
    const folder = join(ROOT, 'deploy/grafana/provisioning')
    const { datasources } = datasourcesSchema.parse(
      parse(readFileSync(join(folder, 'datasources/prometheus.yml'), 'utf8')),
    )
    expect(datasources.map(({ url }) => url)).toEqual(['http://prometheus:9090'])
    const { providers } = dashboardProvidersSchema.parse(
      parse(readFileSync(join(folder, 'dashboards/switchyard.yml'), 'utf8')),
    )
    const mounted = services['grafana']?.volumes.map((volume) => volume.split(':')[1])
    for (const { options } of providers) expect(mounted).toContain(options.path)
  })

  it('starts workers from main files that exist, in an image that can be built', () => {
    const workers = entries.filter(([, { build }]) => build !== undefined)
    expect(workers.map(([name]) => name)).toEqual(['orchestrator', 'cloud', 'gpu-node'])
    for (const [, { command = [], build }] of workers) {
      expect(command[0]).toBe('node')
      expect(existsSync(join(ROOT, command[1] ?? ''))).toBe(true)
      expect(existsSync(join(ROOT, build?.dockerfile ?? ''))).toBe(true)
    }
  })

  it('gives workers only variables that they read', async () => {
    const endpoints = Object.values((await loadCatalog()).endpoints)
    const known = new Set<string>([
      ...CONFIG_VARIABLES,
      ...endpoints.flatMap(({ apiKeyVariable }) => apiKeyVariable ?? []),
      'OPENAI_BASE_URL',
      'ANTHROPIC_BASE_URL',
      'TEMPORAL_ADDRESS',
      'TEMPORAL_NAMESPACE',
      'NODE_OPTIONS',
      'XDG_CACHE_HOME',
    ])
    const given = entries.flatMap(([, { build, environment }]) => (build ? Object.keys(environment) : []))
    expect(given.filter((name) => !known.has(name))).toEqual([])
    expect(services['orchestrator']?.environment).toHaveProperty('DATABASE_URL')
    expect(services['cloud']?.environment).not.toHaveProperty('DATABASE_URL')
  })

  it('shares one content store between all workers', () => {
    const workers = [services['orchestrator'], services['cloud'], services['gpu-node']]
    for (const worker of workers) {
      expect(worker?.volumes).toContain('content:/data/content')
      expect(worker?.environment['SWITCHYARD_CONTENT_DIR']).toBe('/data/content')
    }
  })
})
