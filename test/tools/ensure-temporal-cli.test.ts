import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findGo } from '../../tools/temporal/build-cli.ts'
import { isAtLeast, parseTemporalCliVersion } from '../../tools/temporal/cli-version.ts'
import { ensureTemporalCli } from '../../tools/temporal-server.ts'

describe('parseTemporalCliVersion', () => {
  test.each([
    ['temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)', true],
    ['temporal version 1.10.0 (Server 1.33.2, UI 2.60.0)', true],
    ['temporal version 2.0.0 (Server 2.0.0, UI 3.0.0)', true],
    ['temporal version 1.9.0 (Server 1.32.0, UI 2.54.0)', false],
    ['temporal version 1.9.1 (Server 1.31.2, UI 2.50.1)', false],
  ])('%s: new enough is %s', (text, isNewEnough) => {
    expect(parseTemporalCliVersion(text)?.isNewEnough).toBe(isNewEnough)
  })

  test('does not guess', () => {
    expect(parseTemporalCliVersion('tctl 1.18')).toBeUndefined()
  })
})

test('versions are compared part by part as numbers', () => {
  expect(isAtLeast('1.26', [1, 26, 0])).toBe(true)
  expect(isAtLeast('1.9.10', [1, 26, 8])).toBe(false)
  expect(isAtLeast('1.26.10', [1, 26, 8])).toBe(true)
})

describe('ensureTemporalCli', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-cli-'))
  })
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })
  test('takes the program that the variable names', async () => {
    const path = await place(join(folder, 'mine'), '1.9.1 (Server 1.32.0, UI 2.54.1)')
    const environment = { SWITCHYARD_TEMPORAL_CLI: path }
    await expect(ensureTemporalCli({ onProgress: ignore, environment })).resolves.toBe(path)
  })

  test.each([
    ['an old one', '1.6.1 (Server 1.29.1, UI 2.42.1)', 'is 1.6.1 (server 1.29.1)'],
    ['another program', 'none', 'does not answer as one'],
  ])('refuses %s that the variable names', async (_, version, message) => {
    const environment = { SWITCHYARD_TEMPORAL_CLI: await place(join(folder, 'mine'), version) }
    await expect(ensureTemporalCli({ onProgress: ignore, environment })).rejects.toThrow(message)
  })

  test('prefers a new one on the PATH to the cache, and the cache to an old one', async () => {
    const cache = join(folder, 'switchyard', 'temporal-cli', '1.9.1')
    await mkdir(cache, { recursive: true })
    const cached = await place(join(cache, 'temporal'), '1.9.1 (Server 1.32.0, UI 2.54.1)')
    const environment = { PATH: `${folder}:/bin:/usr/bin`, XDG_CACHE_HOME: folder }
    const onPath = await place(join(folder, 'temporal'), '1.9.2 (Server 1.32.1, UI 2.54.2)')
    await expect(ensureTemporalCli({ onProgress: ignore, environment })).resolves.toBe(onPath)
    await place(onPath, '1.5.1 (Server 1.29.1, UI 2.42.1)')
    await expect(ensureTemporalCli({ onProgress: ignore, environment })).resolves.toBe(cached)
  })

  test('says that a Go is too old to build with', async () => {
    await writeFile(join(folder, 'go'), '#!/bin/sh\n[ "$2" = GOVERSION ] && echo go1.19.8\n')
    await chmod(join(folder, 'go'), 0o755)
    const found = await findGo({ PATH: `${folder}:/bin:/usr/bin` })
    expect(found).toEqual({ missing: 'Go 1.19.8 is too old' })
  })
})

function ignore(): void {}

async function place(path: string, version: string): Promise<string> {
  await writeFile(path, `#!/bin/sh\necho 'temporal version ${version}'\n`)
  await chmod(path, 0o755)
  return path
}
