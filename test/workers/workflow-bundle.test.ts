import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { DefaultLogger } from '@temporalio/worker'
import { join } from 'node:path'
import { loadWorkflowBundle } from '../../workers/workflow-bundle.ts'
import { tmpdir } from 'node:os'

const logger = new DefaultLogger('ERROR')
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-bundle-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('loadWorkflowBundle', () => {
  it('keeps the bundle on disk and takes it from there the next time', async () => {
    const first = await loadWorkflowBundle({ logger, cacheDir: folder })
    const [file = ''] = await readdir(folder)
    expect(first).toEqual({ codePath: join(folder, file) })
    expect(await readFile(join(folder, file), 'utf8')).toContain('modelCall')

    await writeFile(join(folder, file), 'kept')
    expect(await loadWorkflowBundle({ logger, cacheDir: folder })).toEqual(first)
    expect(await readFile(join(folder, file), 'utf8')).toBe('kept')
  })

  it('works where nothing can be written', async () => {
    const notAFolder = join(folder, 'file')
    await writeFile(notAFolder, '')
    expect(await loadWorkflowBundle({ logger, cacheDir: notAFolder })).toHaveProperty('code')
  })
})
