import { addTaskDecideCommands } from './task-decide.ts'
import { addTaskRunCommand } from './task-run.ts'
import { addTaskStatusCommand } from './task-status.ts'
import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { withSession } from '../session.ts'

/** Adds `task` and what stands below it. */
export function addTaskCommands(program: Command, runner: CommandRunner): void {
  const task = program.command('task').description('tasks that a model splits into subtasks')
  addTaskRunCommand(task, runner)
  addTaskStatusCommand(task, runner)
  addTaskDecideCommands(task, runner)
  addTaskCancelCommand(task, runner)
}

function addTaskCancelCommand(task: Command, runner: CommandRunner): void {
  task
    .command('cancel')
    .description('stop a task; what was used until then is booked')
    .argument('<id>', 'the task id')
    .addHelpText('after', '\nExample:\n  switchyard task cancel migration-1')
    .action(async (taskId: string, _flags: object, command: Command) =>
      runner.run(command, ({ options, print }) =>
        withSession(options, async ({ switchyard, tenant }) => {
          await switchyard.cancel(taskId, { tenant })
          print({ taskId, cancelRequested: true }, `Task ${taskId} is being cancelled.`)
        }),
      ),
    )
}
