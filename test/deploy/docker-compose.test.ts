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
})
const composeSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.unknown()),
})

const { services, volumes } = composeSchema.parse(
  parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }),
)
const entries = Object.entries(services)

describe('docker-compose.yml', () => {
  it('has a database, Temporal with its UI, and both kinds of worker', () => {
    expect(Object.keys(services)).toEqual(
      expect.arrayContaining(['postgres', 'temporal', 'temporal-ui', 'orchestrator', 'cloud']),
    )
  })

  it.each(entries)('pins the image of %s to a full version', (_name, { image }) => {
    expect(image).toMatch(/^[\w/.-]+:\d+\.\d+(\.\d+)?$/)
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

  it('starts workers from main files that exist, in an image that can be built', () => {
    const workers = entries.filter(([, { build }]) => build !== undefined)
    expect(workers.map(([name]) => name)).toEqual(['orchestrator', 'cloud'])
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
    ])
    const given = entries.flatMap(([, { build, environment }]) => (build ? Object.keys(environment) : []))
    expect(given.filter((name) => !known.has(name))).toEqual([])
    expect(services['orchestrator']?.environment).toHaveProperty('DATABASE_URL')
    expect(services['cloud']?.environment).not.toHaveProperty('DATABASE_URL')
  })

  it('shares one content store between all workers', () => {
    const workers = [services['orchestrator'], services['cloud']]
    for (const worker of workers) {
      expect(worker?.volumes).toContain('content:/data/content')
      expect(worker?.environment['SWITCHYARD_CONTENT_DIR']).toBe('/data/content')
    }
  })
})
