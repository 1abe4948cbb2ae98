import {
  SWEEP_WORKFLOW_ID,
  type SweepInput,
  sweepStatusQuery,
  WORKFLOW_TYPES,
} from '../../../workflows/contract.ts'
import type { Client } from '@temporalio/client'
import { TASK_QUEUES } from '../../../domain/ids.ts'
import { until } from '../support/until.ts'
import { untilAnswered } from './patience.ts'

const SHORT_BOUNDS: SweepInput = { olderThanMs: 3_000, intervalMs: 2_000 }

/** A sweep that died with its orchestrator is noticed after 30 s. */
const PATIENCE = { timeoutMs: 120_000, intervalMs: 500 }

/** Starts the sweeper with short bounds; an orchestrator that comes up later finds it running. */
export async function startShortSweeps(client: Client): Promise<void> {
  await client.workflow.start(WORKFLOW_TYPES.sweep, {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: SWEEP_WORKFLOW_ID,
    args: [SHORT_BOUNDS],
    workflowTaskTimeout: '2s',
  })
}

/** Waits for a sweep, begun after this moment, that finds no open attempt any more. */
export async function sweepHasClosedAll(client: Client, signal: AbortSignal): Promise<void> {
  const sweeper = client.workflow.getHandle(SWEEP_WORKFLOW_ID)
  const look = () => untilAnswered(signal, () => sweeper.query(sweepStatusQuery))
  const { sweeps } = await look()
  await until(
    'the sweeper finds nothing open',
    async () => {
      const status = await look()
      // What is open now is old enough two sweeps from now.
      return status.sweeps >= sweeps + 3 && status.last?.examined === 0 ? true : undefined
    },
    PATIENCE,
  )
}
