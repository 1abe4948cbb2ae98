// Usage: node tools/bootstrap.mjs <command> [args…], with any Node from 20 on and nothing installed.
//
// Installs what the lockfile says, then runs the command on the Node 24 that was installed with it.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installDependencies } from './install-dependencies.mjs'
import { runInForeground } from './run-in-foreground.mjs'
import { runTests } from './run-tests.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BIN = join(ROOT, 'node_modules', '.bin')
const OLDEST_NODE = 20
const INTERRUPTED = 130

const CHECKS = [
  { name: 'types', command: 'tsc', flags: ['--noEmit'] },
  { name: 'lint', command: 'oxlint', flags: ['--type-aware', '--deny-warnings'] },
  { name: 'format', command: 'oxfmt', flags: ['--check', '.'] },
  { name: 'unused code', command: 'knip', flags: [] },
]

const COMMANDS = {
  demo: (args) => run('node', ['cli/main.ts', 'demo', ...args]),
  dev: (args) => run('node', ['cli/main.ts', 'dev', ...args]),
  cli: (args) => run('node', ['cli/main.ts', ...args]),
  test: (args) => runTests(run, args),
  'test:rollouts': (args) => runTests(run, ['--config', 'vitest.rollouts.config.ts', ...args], ['--browser']),
  chaos: (args) => run('node', ['test/chaos/storm/main.ts', ...args]),
  check,
}

async function run(command, args) {
  const env = { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}` }
  const { code, wasInterrupted } = await runInForeground(join(BIN, command), args, { cwd: ROOT, env })
  // A step that was interrupted must not let the next one start, even if it ended well.
  if (wasInterrupted) process.exit(code === 0 ? INTERRUPTED : code)
  return code
}

async function check(args) {
  for (const { name, command, flags } of CHECKS) {
    console.log(`check: ${name}`)
    const code = await run(command, flags)
    if (code !== 0) return failCheck(name, code)
  }
  console.log('check: tests')
  const code = await runTests(run, args)
  return code === 0 ? 0 : failCheck('tests', code)
}

function failCheck(name, code) {
  console.error(`check failed: ${name}`)
  return code
}

function findCommand(name) {
  if (name?.startsWith('bench:')) {
    const bench = name.slice('bench:'.length)
    const script = [`bench/${bench}.ts`, `bench/${bench}/main.ts`].find((path) =>
      existsSync(join(ROOT, path)),
    )
    return script === undefined ? undefined : (args) => run('node', [script, ...args])
  }
  return Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name] : undefined
}

async function main([name, ...args]) {
  const command = findCommand(name)
  if (command === undefined) {
    console.error(`Usage: node tools/bootstrap.mjs <${Object.keys(COMMANDS).join('|')}|bench:NAME> [args…]`)
    return 2
  }
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    console.error(
      `Switchyard needs Node ${OLDEST_NODE} or newer to install itself; this is ${process.version}.`,
    )
    return 2
  }
  await installDependencies(ROOT, (line) => console.error(line))
  return command(args)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
