import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { spawnGuarded } from './guarded-process.mjs'
import { withLock } from './with-lock.mjs'

// Plain JavaScript for Node 20, because nothing is installed yet when it runs.

const REPORT_EVERY_MS = 15_000
const OUTPUT_LINES = 12

/** Runs `npm ci` in `root` unless the installation is as new as the lockfile. Throws what to do when it fails. */
export async function installDependencies(root, say) {
  if (isInstalled(root)) return
  const onWait = ({ pid }) => say(`dependencies: process ${pid} is installing them already, waiting for it`)
  await withLock(
    join(root, '.switchyard', 'install-lock'),
    async () => {
      if (!isInstalled(root)) await runInstallation(root, say)
    },
    { onWait },
  )
}

/** npm writes its own copy of the lockfile last, so that copy tells whether the installation was finished. */
function isInstalled(root) {
  const installed = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installed) || !existsSync(join(root, 'node_modules', '.bin', 'node'))) return false
  return statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
}

async function runInstallation(root, say) {
  const startedAt = Date.now()
  const seconds = () => Math.round((Date.now() - startedAt) / 1000)
  say('dependencies: npm ci')
  const reporting = setInterval(() => say(`dependencies: npm ci, ${seconds()} s`), REPORT_EVERY_MS)
  try {
    const { code, output } = await runNpm(root)
    if (code !== 0) throw new Error(explain(output))
  } finally {
    clearInterval(reporting)
  }
  if (!existsSync(join(root, 'node_modules', '.bin', 'node')))
    throw new Error(explain('npm installed no Node 24'))
  say(`dependencies: installed in ${seconds()} s`)
}

async function runNpm(root) {
  // npm tells its scripts where it is; a bare call finds it on the PATH.
  const npm = process.env.npm_execpath
  const isScript = npm !== undefined && npm.endsWith('.js')
  const command = isScript ? process.execPath : 'npm'
  const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const child = spawnGuarded(command, [...(isScript ? [npm] : []), ...flags], {
    cwd: root,
    // Its prebuilt program is a dependency of its own: without this it may compile llama.cpp for minutes.
    env: { ...process.env, NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk
    })
  }
  const { code } = await child.exited.catch((error) => {
    output += `npm cannot be started: ${error.message}`
    return { code: null }
  })
  return { code, output }
}

function explain(output) {
  const lines = output.trimEnd().split('\n')
  // npm says first what is wrong, a failed install script last.
  const isShort = lines.length <= 2 * OUTPUT_LINES
  const shown = isShort ? lines : [...lines.slice(0, OUTPUT_LINES), '…', ...lines.slice(-OUTPUT_LINES)]
  return [
    'npm ci failed:',
    ...shown,
    '',
    'What to do: check that npm reaches its registry (npm ping), that install scripts are allowed',
    '(npm config get ignore-scripts says false), and that the disk has 2 GB free; then try again.',
  ].join('\n')
}
