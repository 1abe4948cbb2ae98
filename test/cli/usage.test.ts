import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CliRun, documentOf, runCli } from './run-cli.ts'
import { join } from 'node:path'
import { runCommandLine } from '../../cli/program.ts'
import { tmpdir } from 'node:os'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-cli-'))
  await writeFile(join(folder, 'plan.yaml'), 'subtasks:\n  - id: s1\n    dependsOn: [s9]\n')
  await writeFile(join(folder, 'broken.yaml'), 'subtasks: [')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const COMMANDS = [
  'dev',
  'demo',
  'call',
  'task run',
  'task status',
  'task approve',
  'task reject',
  'task cancel',
  'costs',
  'usage',
  'budgets list',
  'budgets set',
  'budgets remove',
  'budgets approve',
  'budgets reject',
  'models',
  'nodes',
  'route explain',
  'route replay',
  'route checklist',
  'doctor',
]

/** The same in this process: a second each is too much for so many. */
async function runHere(args: readonly string[]): Promise<CliRun> {
  const out: string[] = []
  const notes: string[] = []
  const code = await runCommandLine(args, {
    out: (text) => void out.push(text),
    note: (text) => void notes.push(text),
    noteStream: process.stderr,
  })
  return { code, stdout: out.join('\n'), stderr: notes.join('\n') }
}

test.each(COMMANDS)('%s --help explains it with an example and exits with 0', async (command) => {
  const { code, stdout, stderr } = await runHere([...command.split(' '), '--help'])
  expect(code).toBe(0)
  expect(stderr).toBe('')
  expect(stdout).toContain(`Usage: switchyard ${command}`)
  expect(stdout).toContain(`  switchyard ${command}`)
  expect(stdout).toContain('--json')
})

test('without a command it shows what there is, as wrong usage', async () => {
  const { code, stdout, stderr } = await runCli([])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  for (const command of ['dev', 'demo', 'call', 'task', 'costs', 'usage', 'budgets', 'models', 'doctor']) {
    expect(stderr).toContain(`  ${command} `)
  }
})

describe('wrong usage exits with 2, says what is wrong, and prints nothing on standard output', () => {
  test.each<[string, readonly string[], string]>([
    ['an unknown command', ['dance'], "unknown command 'dance'"],
    ['an unknown option', ['call', 'x', '--temprature', '1'], '--temprature'],
    ['a number out of bounds', ['call', 'x', '--temperature', '9'], 'from 0 to 2'],
    ['a wrong time', ['task', 'run', 'x', '--deadline', 'soon'], '90s, 5m, 2h or 7d'],
    ['a wrong date', ['costs', '--since', 'yesterday'], 'how long ago'],
    ['no amount', ['costs', '--expensive', 'much'], '5usd or 0.25'],
    ['two kinds of rows', ['costs', '--expensive', '1', '--by', 'user'], 'cannot be used with'],
    ['a wrong number of minutes', ['usage', '--minutes', '0'], 'at least 1'],
    ['a wrong choice', ['costs', '--by', 'moon'], 'Allowed choices'],
    ['a wrong weight', ['call', 'x', '--weights', 'cost=much'], 'such as cost=1,latency=0.5,quality=2'],
    [
      'weights of nothing',
      ['task', 'run', 'x', '--weights', 'cost=0'],
      'such as cost=1,latency=0.5,quality=2',
    ],
    [
      'the same weight twice',
      ['call', 'x', '--weights', 'cost=1,cost=2'],
      'such as cost=1,latency=0.5,quality=2',
    ],
    ['a wrong priority', ['call', 'x', '--priority', '6'], 'one of 1, 2, 3, 4, 5'],
    ['a wrong data class', ['route', 'explain', 'x', '--data-class', 'secret'], 'public, internal'],
    ['two strategies', ['call', 'x', '--race', '2', '--hedge', '2s'], 'cannot be used with'],
    ['a race of one', ['call', 'x', '--race', '1'], 'from 2 to 10, or as many models'],
    ['agreement without a consensus', ['call', 'x', '--agree', '2'], 'is about a consensus'],
    ['too much agreement', ['call', 'x', '--consensus', '2', '--agree', '3'], 'wants 3 legs to agree'],
    ['a missing id', ['task', 'status'], "missing required argument 'id'"],
    ['no task', ['task', 'run'], 'either a task or --file'],
    ['a missing file', ['task', 'run', '--file', '/nowhere/brief.md'], '/nowhere/brief.md'],
  ])('%s', async (_title, args, message) => {
    const { code, stdout, stderr } = await runHere(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('    at ')
  })

  test('an unknown option of the program itself', async () => {
    const { code, stdout, stderr } = await runCli(['--colour'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain("unknown option '--colour'")
  })

  test('an empty prompt', async () => {
    const { code, stderr } = await runCli(['call'])
    expect(code).toBe(2)
    expect(stderr).toContain('there is no prompt')
  })

  test('a plan that is no YAML', async () => {
    const { code, stderr } = await runCli(['task', 'run', 'x', '--plan', join(folder, 'broken.yaml')])
    expect(code).toBe(2)
    expect(stderr).toContain('neither YAML nor JSON')
  })

  test('a plan with something missing, as JSON for programs', async () => {
    const run = await runCli(['task', 'run', 'x', '--plan', join(folder, 'plan.yaml'), '--json'])
    expect(run.code).toBe(2)
    expect(documentOf(run)).toMatchObject({
      error: { name: 'InvalidRequestError', problems: [expect.stringContaining('subtasks[0].action')] },
    })
  })
})

describe('without a running system', () => {
  test('a call says what to start, and exits with 1', async () => {
    const { code, stdout, stderr } = await runCli([
      'call',
      'x',
      '--address',
      '127.0.0.1:1',
      '--data-dir',
      folder,
    ])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('no Temporal server answers at 127.0.0.1:1')
    expect(stderr).toContain('npm run dev')
    expect(stderr).not.toContain('    at ')
  })

  test('--debug shows where an error comes from', async () => {
    const { stderr } = await runCli(['costs', '--debug', '--address', '127.0.0.1:1', '--data-dir', folder])
    expect(stderr).toContain('    at ')
  })

  test('models shows the catalog of this machine', async () => {
    const run = await runCli(['models', '--json', '--address', '127.0.0.1:1', '--data-dir', folder])
    expect(run.code).toBe(0)
    expect(documentOf(run)).toMatchObject({ catalog: { models: {}, tasks: {} }, skipped: expect.any(Array) })
    expect(run.stderr).toContain('catalog')
  })

  test('doctor tells what is fine and what is not, with what to do', async () => {
    const run = await runCli(['doctor', '--json', '--data-dir', folder])
    const report = documentOf(run)
    expect(report).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ subject: 'Node', state: 'ok' })]),
    })
    expect(JSON.stringify(report)).toContain('Temporal server')
  })

  test('doctor fails when the server that was named does not answer', async () => {
    const { code, stdout } = await runCli(['doctor', '--address', '127.0.0.1:1', '--data-dir', folder])
    expect(code).toBe(1)
    expect(stdout).toMatch(/✖ Temporal server +no Temporal server answers at 127.0.0.1:1/)
  })
})

test('a second dev system on one folder names the first', async () => {
  const facts = {
    address: '127.0.0.1:7299',
    namespace: 'default',
    uiUrl: 'http://127.0.0.1:8299',
    pid: process.pid,
    contentDir: folder,
  }
  await writeFile(join(folder, 'dev.json'), JSON.stringify(facts))
  const { code, stderr } = await runCli(['dev', '--data-dir', folder])
  expect(code).toBe(1)
  expect(stderr).toContain('a dev system runs already')
  expect(stderr).toContain('127.0.0.1:7299')
  expect(stderr).toContain(`process ${process.pid}`)
  await rm(join(folder, 'dev.json'))
})

test('settings that cannot be used are named', async () => {
  const { code, stderr } = await runCli(['doctor'], { env: { DATABASE_URL: 'mysql://nowhere' } })
  expect(code).toBe(1)
  expect(stderr).toContain('DATABASE_URL must start with postgres://')
})
