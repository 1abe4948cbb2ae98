import type { WorkflowHandle } from '@temporalio/client'
import { expect } from 'vitest'
import type { CommandName } from '../../../domain/rollout/machine/events.ts'
import type { RolloutReport } from '../../../domain/rollout/report/rollout-report.ts'
import type { RolloutState } from '../../../domain/rollout/state.ts'
import { ROLLOUT_UPDATES, rolloutQuery } from '../../../workflows/contract.ts'

/** The rollout as it stands; waits until it has begun. */
export async function stateOf(handle: WorkflowHandle): Promise<RolloutState> {
  let state: RolloutState | null = null
  await expect.poll(async () => (state = await handle.query(rolloutQuery))).not.toBeNull()
  if (state === null) throw new Error('the rollout has not begun')
  return state
}

export async function phaseReached(
  handle: WorkflowHandle,
  phase: RolloutState['stage']['phase'],
): Promise<void> {
  await expect.poll(async () => (await handle.query(rolloutQuery))?.stage.phase).toBe(phase)
}

/** Sends an update as an operator does. */
export function send(handle: WorkflowHandle, name: CommandName, input: object = {}): Promise<RolloutState> {
  return handle.executeUpdate(ROLLOUT_UPDATES[name], { args: [{ by: 'ada', ...input }] })
}

export async function reportOf(handle: WorkflowHandle): Promise<RolloutReport> {
  const report: RolloutReport = await handle.result()
  return report
}
