import { Argument, type Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { callWorkflowId } from '../../domain/ids.ts'
import { decimal } from '../option-values.ts'
import { type Verdict, VERDICTS } from '../../domain/experiments/feedback.ts'
import { withSession } from '../session.ts'

interface FeedbackFlags {
  readonly score?: number
  readonly by?: string
}

/** Adds `feedback`. */
export function addFeedbackCommand(program: Command, runner: CommandRunner): void {
  program
    .command('feedback')
    .description('say what an answer was worth: one verdict for each operation, the last word')
    .argument('<operation>', 'an operation such as call/acme/42, or the request id of a call of the tenant')
    .addArgument(new Argument('<verdict>', 'what it was').choices(VERDICTS))
    .option('--score <number>', 'how good, from 0 to 1', decimal(0, 1))
    .option('--by <name>', 'who says so')
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard feedback order-4711 good\n  switchyard feedback call/acme/42 bad --score 0.2 --by ada',
    )
    .action(async (operation: string, verdict: Verdict, { score, by }: FeedbackFlags, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard, tenant }) => {
          const operationId = operation.includes('/') ? operation : callWorkflowId(tenant, operation)
          const recorded = await switchyard.recordFeedback({
            operationId,
            verdict,
            ...(score === undefined ? {} : { score }),
            ...(by === undefined ? {} : { by }),
          })
          print(recorded, `${operationId}: ${verdict}`)
        }),
      ),
    )
}
