import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { tick, type ProgressListener } from './progress.ts'
import { lastLines, runCommand } from './run-command.ts'

/** What distributions call it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'] as const

/** What to do where there is none. */
export const CHROMIUM_ADVICE =
  'The browser tests need Chromium: install it with your package manager (Debian: apt-get install chromium).'

/** The path of Chromium or Chrome on the PATH; `undefined` when there is none. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path))
}

/**
 * Installs Debian's Chromium where there is none and this process may do so: as root, on a system with `apt-get`.
 * Returns the path, or `undefined` when there is none then either; what stood in the way goes to `onProgress`.
 */
export async function ensureChromium(onProgress: ProgressListener): Promise<string | undefined> {
  const found = findChromium()
  if (found !== undefined) return found
  if (process.getuid?.() === 0 && (await runCommand('apt-get', ['--version'])).code === 0) {
    onProgress(await installChromium(onProgress))
  } else {
    onProgress(CHROMIUM_ADVICE)
  }
  return findChromium()
}

async function installChromium(onProgress: ProgressListener): Promise<string> {
  onProgress(describeInstallation(0))
  const stopTicking = tick(onProgress, describeInstallation)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const install = ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']
  try {
    // Without lists there is nothing to install; with old ones what they name may be gone.
    await runCommand('apt-get', ['update', '-qq'], { env })
    const { code, stderr } = await runCommand('apt-get', install, { env })
    return code === 0 ? 'Chromium: installed' : `Chromium cannot be installed:\n${lastLines(stderr, 4)}`
  } finally {
    stopTicking()
  }
}

function describeInstallation(seconds: number): string {
  return `Chromium for the browser tests: installing with apt-get, ${seconds} s`
}
