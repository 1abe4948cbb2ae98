import { checkFolders, checkNode, checkPackages } from '../doctor/check-installation.ts'
import { checkTemporalProgram, checkTemporalServer } from '../doctor/check-temporal.ts'
import { EXIT_CODES, type ExitCode } from '../cli-error.ts'
import { type Finding, runChecks } from '../doctor/check.ts'
import { checkDatabase } from '../doctor/check-database.ts'
import { checkModels } from '../doctor/check-models.ts'
import type { Command } from 'commander'
import type { CommandContext, CommandRunner } from '../command-context.ts'
import { loadSettings } from '../settings.ts'
import { readDevFile } from '../../workers/dev-settings.ts'

const EXAMPLES = `
Examples:
  switchyard doctor
  switchyard doctor --json | jq '.findings[] | select(.state != "ok")'

Exit code 1 when something fails; a warning is nothing that stops you.`

/** Adds `doctor`. */
export function addDoctorCommand(program: Command, runner: CommandRunner): void {
  program
    .command('doctor')
    .description('check this installation; works without a running system and without a network')
    .addHelpText('after', EXAMPLES)
    .action(async (_flags: object, command: Command) => runner.run(command, examine))
}

async function examine({ options, print }: CommandContext): Promise<ExitCode> {
  const { dataDir, contentDir, catalogPath, databaseUrl, hasTemporalAddress } = loadSettings(options)
  const isExpected =
    options.address !== undefined || hasTemporalAddress || (await readDevFile(dataDir)) !== undefined
  const findings = await runChecks({
    Node: () => checkNode(),
    Packages: () => checkPackages(),
    Folder: () => checkFolders([dataDir, contentDir]),
    'Temporal dev server': checkTemporalProgram,
    'Temporal server': () => checkTemporalServer(options, isExpected),
    Database: () => checkDatabase(databaseUrl, dataDir),
    Models: () => checkModels(catalogPath),
  })
  const isHealthy = findings.every(({ state }) => state !== 'fail')
  print({ healthy: isHealthy, findings }, () =>
    [...findings.map(findingText), '', verdict(findings)].join('\n'),
  )
  return isHealthy ? EXIT_CODES.ok : EXIT_CODES.failed
}

const SIGNS = { ok: '✔', warn: '!', fail: '✖' } as const

function findingText({ subject, state, detail, whatToDo }: Finding): string {
  const advice = whatToDo === undefined ? '' : `\n    ${whatToDo}`
  return `${SIGNS[state]} ${subject.padEnd(19)} ${detail}${advice}`
}

function verdict(findings: readonly Finding[]): string {
  const count = (wanted: Finding['state']): number => findings.filter(({ state }) => state === wanted).length
  const failures = count('fail')
  if (failures > 0) return `${failures} of ${findings.length} checks failed.`
  const warnings = count('warn')
  return warnings === 0
    ? 'All is well.'
    : `Fit to work; ${warnings} of ${findings.length} checks have a remark.`
}
