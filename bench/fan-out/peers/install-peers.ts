import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { spawnGuarded } from '../../../tools/guarded-process.mjs'
import { text as readText } from 'node:stream/consumers'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))

/** No peer needs an install script, and one of their dependencies would send statistics by its own. */
const FLAGS = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

/**
 * Installs what `package-lock.json` in this folder says, unless that has been done.
 * @throws Error with what npm said
 */
export async function installPeers(): Promise<void> {
  if (isInstalled()) return
  console.error('peers: npm ci')
  const npm = spawnGuarded('npm', FLAGS, { cwd: FOLDER, stdio: ['ignore', 'ignore', 'pipe'] })
  const said = npm.stderr === null ? '' : await readText(npm.stderr)
  const { code } = await npm.exited
  if (code !== 0) throw new Error(`npm ci failed in ${FOLDER}:\n${said}`)
}

/** npm writes its own copy of the lockfile last. */
function isInstalled(): boolean {
  const installed = join(FOLDER, 'node_modules', '.package-lock.json')
  return (
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(join(FOLDER, 'package-lock.json')).mtimeMs
  )
}
