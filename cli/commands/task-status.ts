import { EXIT_CODES, type ExitCode } from '../cli-error.ts'
import { planSentence, taskTable } from '../render/task-report.ts'
import { approvalSentence } from '../watch/event-line.ts'
import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { isTaskOver } from '../../client/event-memory.ts'
import { listenForInterrupt, orInterrupted } from '../interrupt.ts'
import { pendingApprovals } from '../../domain/plan/approvals.ts'
import type { TaskProgress } from '../../domain/plan/task-progress.ts'
import { watchTask } from '../watch/watch-task.ts'
import { withSession } from '../session.ts'

const EXAMPLES = `
Examples:
  switchyard task status migration-1
  switchyard task status migration-1 --watch
  switchyard task status migration-1 --json | jq .phase`

/** Adds `task status`. */
export function addTaskStatusCommand(task: Command, runner: CommandRunner): void {
  task
    .command('status')
    .description('show how far a task is: its steps, costs and pending approvals')
    .argument('<id>', 'the task id')
    .option('--watch', 'follow it until it is over')
    .addHelpText('after', EXAMPLES)
    .action(async (taskId: string, { watch }: { readonly watch?: boolean }, command: Command) =>
      runner.run(command, ({ options, terminal, print }) =>
        withSession(options, async ({ switchyard, tenant }): Promise<ExitCode> => {
          const handle = switchyard.task(taskId, { tenant })
          let progress = await handle.progress()
          if (watch === true && !isTaskOver(progress.phase)) {
            const interrupt = listenForInterrupt()
            const end = await orInterrupted(watchTask(handle, terminal, interrupt.signal), interrupt)
            if (end === 'interrupted') return EXIT_CODES.interrupted
            progress = await handle.progress()
          }
          print(progress, () => statusText(progress))
          return EXIT_CODES.ok
        }),
      ),
    )
}

function statusText(progress: TaskProgress): string {
  const { taskId, phase, startedAtMs, notes, approvals } = progress
  const sentence = planSentence(progress)
  return [
    `Task ${taskId}: ${phase}, started ${new Date(startedAtMs).toISOString()}`,
    '',
    taskTable(progress),
    ...(sentence === undefined ? [] : ['', sentence]),
    ...notes.map((note) => `Note: ${note}`),
    ...pendingApprovals(approvals).map((approval) => approvalSentence(approval, taskId)),
    ...progress.subtasks.flatMap(({ id, reason }) => (reason === undefined ? [] : [`${id}: ${reason}`])),
  ].join('\n')
}
