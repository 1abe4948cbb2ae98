import { Command, CommanderError } from 'commander'
import { type CommandRunner, createCommandRunner } from './command-context.ts'
import { EXIT_CODES, type ExitCode } from './cli-error.ts'
import { addAlertsCommands } from './commands/alerts.ts'
import { addBudgetsCommands } from './commands/budgets.ts'
import { addCallCommand } from './commands/call.ts'
import { addCostsCommand } from './commands/costs.ts'
import { addDemoCommand } from './commands/demo.ts'
import { addDevCommand } from './commands/dev.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addGlobalOptions } from './global-options.ts'
import { addExperimentCommands } from './commands/experiment.ts'
import { addFeedbackCommand } from './commands/feedback.ts'
import { addModelsCommand } from './commands/models.ts'
import { addNodesCommand } from './commands/nodes.ts'
import { addOptimiseCommands } from './commands/optimise.ts'
import { addRolloutCommands } from './commands/rollout.ts'
import { addRouteCommands } from './commands/route.ts'
import { addSchedulesCommands } from './commands/schedules.ts'
import { addTaskCommands } from './commands/task.ts'
import { addTrafficCommand } from './commands/traffic.ts'
import { addUsageCommand } from './commands/usage.ts'
import type { Terminal } from './terminal.ts'

const FOOTER = `
Start with \`switchyard demo\`, or \`switchyard dev\` in one terminal and the other commands in another.
Exit codes: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted.`

/** Runs one command line and returns its exit code. Never throws. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const runner = createCommandRunner(terminal)
  try {
    await createProgram(runner, terminal).parseAsync([...args], { from: 'user' })
    return runner.exitCode
  } catch (error) {
    // Help and wrong usage; Commander has printed what there is to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage
    throw error
  }
}

function createProgram(runner: CommandRunner, terminal: Terminal): Command {
  const program = new Command('switchyard')
    .description(
      'Durable LLM calls and tasks on Temporal: routed, accounted, and finished through every crash',
    )
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => {
        terminal.out(text.trimEnd())
      },
      writeErr: (text) => {
        terminal.note(text.trimEnd())
      },
    })
    .showHelpAfterError('See --help for what it takes.')
    .exitOverride()
    .addHelpText('after', FOOTER)
  addGlobalOptions(program)
  addDevCommand(program, runner)
  addDemoCommand(program, runner)
  addCallCommand(program, runner)
  addTaskCommands(program, runner)
  addCostsCommand(program, runner)
  addUsageCommand(program, runner)
  addBudgetsCommands(program, runner)
  addAlertsCommands(program, runner)
  addModelsCommand(program, runner)
  addTrafficCommand(program, runner)
  addNodesCommand(program, runner)
  addRolloutCommands(program, runner)
  addRouteCommands(program, runner)
  addSchedulesCommands(program, runner)
  addExperimentCommands(program, runner)
  addOptimiseCommands(program, runner)
  addFeedbackCommand(program, runner)
  addDoctorCommand(program, runner)
  return program
}
