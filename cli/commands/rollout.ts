import { addRolloutDriveCommands } from './rollout-drive.ts'
import { addRolloutStartCommand, addRolloutTriggerCommand } from './rollout-start.ts'
import { addRolloutListCommand, addRolloutStatusCommand } from './rollout-status.ts'
import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'

/** Adds `rollout` and what stands below it. */
export function addRolloutCommands(program: Command, runner: CommandRunner): void {
  const rollout = program
    .command('rollout')
    .description("move a model's traffic to another version, step by step, and back when it does harm")
  addRolloutStartCommand(rollout, runner)
  addRolloutStatusCommand(rollout, runner)
  addRolloutDriveCommands(rollout, runner)
  addRolloutListCommand(rollout, runner)
  addRolloutTriggerCommand(rollout, runner)
}
