import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CHROMIUM_ADVICE, findChromium } from '../../tools/chromium.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-chromium-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

test('Chromium is found by any of its names, in whatever folder of the PATH it is', async () => {
  const path = await place('opt', 'google-chrome')
  expect(findChromium({ PATH: [join(folder, 'empty'), join(folder, 'opt')].join(delimiter) })).toBe(path)
})

test("the distribution's own goes before the others", async () => {
  await place('bin', 'google-chrome')
  const path = await place('usr', 'chromium')
  expect(findChromium({ PATH: [join(folder, 'bin'), join(folder, 'usr')].join(delimiter) })).toBe(path)
})

test('where there is none, nothing is found and the advice says how to install it', () => {
  expect(findChromium({ PATH: folder })).toBeUndefined()
  expect(findChromium({})).toBeUndefined()
  expect(CHROMIUM_ADVICE).toContain('apt-get install chromium')
})

async function place(subfolder: string, name: string): Promise<string> {
  const path = join(folder, subfolder, name)
  await mkdir(join(folder, subfolder), { recursive: true })
  await writeFile(path, '')
  return path
}
