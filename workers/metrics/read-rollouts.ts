import { Client } from '@temporalio/client'
import { ROLLOUT_ATTRIBUTES } from '../../workflows/rollout/search-attributes.ts'
import type { RunningRollout } from './rollout-gauges.ts'
import { WORKFLOW_TYPES } from '../../workflows/contract.ts'
import type { WorkerSurroundings } from '../worker-options.ts'
import { z } from 'zod'

/** A scrape has gone by then. */
const DEADLINE_MS = 5_000

/** Each model has one at a time. */
const MOST_ROLLOUTS = 200

const firstText = z.tuple([z.string()], z.unknown())
const firstNumber = z.tuple([z.number()], z.unknown())

/** Asks Temporal which rollouts run. */
export function createReadRollouts({
  connection,
  namespace,
}: Pick<WorkerSurroundings, 'connection' | 'namespace'>): () => Promise<readonly RunningRollout[]> {
  const client = new Client({ connection, namespace })
  const query = `WorkflowType = "${WORKFLOW_TYPES.rollout}" AND ExecutionStatus = "Running"`
  return () =>
    client.withDeadline(Date.now() + DEADLINE_MS, async () => {
      const rollouts: RunningRollout[] = []
      for await (const { searchAttributes } of client.workflow.list({ query, pageSize: MOST_ROLLOUTS })) {
        const { model, phase, canaryPercent } = ROLLOUT_ATTRIBUTES
        rollouts.push({
          model: firstText.safeParse(searchAttributes[model.name]).data?.[0] ?? 'unknown',
          phase: firstText.safeParse(searchAttributes[phase.name]).data?.[0] ?? 'starting',
          canaryPercent: firstNumber.safeParse(searchAttributes[canaryPercent.name]).data?.[0] ?? 0,
        })
        if (rollouts.length >= MOST_ROLLOUTS) break
      }
      return rollouts
    })
}
