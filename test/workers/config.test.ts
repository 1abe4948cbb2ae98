import { describe, expect, it } from 'vitest'
import { ConfigError, loadConfig } from '../../workers/config.ts'
import { join, resolve } from 'node:path'
import { hostname } from 'node:os'

const repository = resolve(import.meta.dirname, '../..')
/** Keeps a developer's own profile file out of the tests. */
const noProfile = { TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml' }

describe('loadConfig', () => {
  it('needs nothing: data and catalog stand in the repository', () => {
    const config = loadConfig(noProfile)
    expect(config).toMatchObject({
      dataDir: join(repository, '.switchyard'),
      contentDir: join(repository, '.switchyard', 'content'),
      contentRetentionMs: 30 * 24 * 3_600_000,
      catalogPath: join(repository, 'catalog.yaml'),
      schedulesPath: join(repository, 'schedules.yaml'),
      logLevel: 'info',
      shutdownGraceMs: 30_000,
    })
    expect(config.temporal.namespace).toBe('default')
    expect(config).not.toHaveProperty('databaseUrl')
    expect(config).not.toHaveProperty('healthPort')
    expect(config).not.toHaveProperty('nodeMemoryBytes')
    expect(config.nodeId).toBe(hostname())
  })

  it('has no schedules where there are to be none', () => {
    expect(loadConfig({ ...noProfile, SWITCHYARD_SCHEDULES: 'none' })).not.toHaveProperty('schedulesPath')
  })

  it('takes empty variables as absent', () => {
    expect(loadConfig({ ...noProfile, DATABASE_URL: '', SWITCHYARD_HEALTH_PORT: ' ' })).toEqual(
      expect.not.objectContaining({ databaseUrl: '' }),
    )
  })

  it('tells nodes on one machine apart by their health ports', () => {
    const nodeId = (port: string) => loadConfig({ ...noProfile, SWITCHYARD_HEALTH_PORT: port }).nodeId
    expect(nodeId('8081')).toBe(`${hostname()}:8081`)
    expect(nodeId('0')).toBe(hostname())
  })

  it('reads every variable', () => {
    const config = loadConfig({
      ...noProfile,
      SWITCHYARD_DATA_DIR: '/data',
      SWITCHYARD_CONTENT_DIR: '/content',
      SWITCHYARD_CONTENT_RETENTION_DAYS: '0.5',
      SWITCHYARD_CATALOG: '/catalog.yaml',
      SWITCHYARD_SCHEDULES: '/schedules.yaml',
      SWITCHYARD_HEALTH_PORT: '8080',
      SWITCHYARD_LOG_LEVEL: 'debug',
      SWITCHYARD_SHUTDOWN_GRACE_MS: '5000',
      SWITCHYARD_NODE_ID: 'gpu-7',
      SWITCHYARD_NODE_MEMORY_MB: '1.5',
      DATABASE_URL: 'postgres://user@host/db',
      TEMPORAL_ADDRESS: 'temporal:7233',
      TEMPORAL_NAMESPACE: 'models',
    })
    expect(config).toMatchObject({
      dataDir: '/data',
      contentDir: '/content',
      contentRetentionMs: 12 * 3_600_000,
      catalogPath: '/catalog.yaml',
      schedulesPath: '/schedules.yaml',
      databaseUrl: 'postgres://user@host/db',
      healthPort: 8080,
      logLevel: 'debug',
      shutdownGraceMs: 5000,
      nodeId: 'gpu-7',
      nodeMemoryBytes: 1_572_864,
      temporal: {
        namespace: 'models',
        chosenAddress: 'temporal:7233',
        connection: { address: 'temporal:7233' },
      },
    })
  })

  it('names every variable that cannot be used, and repeats no password', () => {
    expect(loadWrong).toThrow(ConfigError)
    expect(loadWrong).toThrow(/SWITCHYARD_HEALTH_PORT must be a port number/)
    expect(loadWrong).toThrow(/SWITCHYARD_CONTENT_RETENTION_DAYS must be a number of days/)
    expect(loadWrong).toThrow(/SWITCHYARD_LOG_LEVEL must be one of trace, debug/)
    expect(loadWrong).toThrow(/DATABASE_URL must start with postgres:/)
    expect(loadWrong).not.toThrow(/secret/)
  })

  it('finds keys by name only', () => {
    const config = loadConfig({ ...noProfile, SOME_KEY: 'k' })
    expect(config.lookup('SOME_KEY')).toBe('k')
    expect(config.lookup('OTHER_KEY')).toBeUndefined()
    expect(JSON.stringify(config)).not.toContain('"k"')
  })
})

function loadWrong(): unknown {
  return loadConfig({
    ...noProfile,
    SWITCHYARD_CONTENT_RETENTION_DAYS: 'a month',
    SWITCHYARD_HEALTH_PORT: 'http',
    SWITCHYARD_LOG_LEVEL: 'loud',
    DATABASE_URL: 'mysql://user:secret@host/db',
  })
}
