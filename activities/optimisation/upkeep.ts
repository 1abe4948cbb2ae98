import { Context } from '@temporalio/activity'
import {
  describeTotals,
  idleResult,
  pruningResult,
  rollUpResult,
} from '../../domain/optimisation/upkeep-results.ts'
import { findIdleVersions, type IdleVersion } from '../../domain/optimisation/idle-versions.ts'
import { judgeStatistics, statisticsResult } from '../../domain/optimisation/judge-statistics.ts'
import type { ContentUsage } from '../../domain/optimisation/upkeep-results.ts'
import type { LedgerRollUp } from '../../store/maintenance/roll-up.ts'
import type { NodeStore } from '../../store/routing/nodes.ts'
import { type OptimisationPlanDeps, readActiveVersions } from './plan.ts'
import type { OptimisationRequest } from '../../domain/optimisation/request.ts'
import type { OptimisationResult } from '../../domain/optimisation/result.ts'
import type { RetentionResult } from '../../domain/maintenance/retention-status.ts'
import type { RollUpOutcome } from '../../domain/optimisation/roll-up.ts'
import type { TableStatistics } from '../../store/maintenance/statistics.ts'
import { hostedOn, liveNodes } from '../../domain/nodes/known-node.ts'

export interface OptimisationUpkeepDeps extends Pick<
  OptimisationPlanDeps,
  'catalog' | 'routingTable' | 'optimisations'
> {
  readonly nodes: Pick<NodeStore, 'read' | 'release'>
  readonly rollUp: LedgerRollUp
  readonly statistics: TableStatistics
  /** What the content store takes. */
  readonly readContentUsage: () => Promise<ContentUsage>
  /** Between two looks at the nodes, in milliseconds. Default 500. */
  readonly pollMs?: number
}

type IdleInput = Pick<OptimisationRequest, 'idleForMs' | 'dryRun'>
type RollUpInput = Pick<OptimisationRequest, 'ledger' | 'dryRun'>

const POLL_MS = 500
/** A version lets its calls end first; it has none. */
const UNLOAD_WITHIN_MS = 60_000

/** Optimising the system itself: what nodes hold for nobody, what is stored, what the database knows of itself. */
export function createOptimisationUpkeepActivities(deps: OptimisationUpkeepDeps) {
  const { statistics, rollUp, readContentUsage } = deps
  return {
    /** Takes versions without traffic off their nodes, and waits until the memory is free. May be run twice. */
    unloadIdleVersions: async (input: IdleInput): Promise<OptimisationResult> => unloadIdle(deps, input),

    contentUsage: async (): Promise<ContentUsage> => readContentUsage(),

    /** What a pass of the retention freed. */
    judgePruning: async (input: {
      readonly before: ContentUsage
      readonly removed: RetentionResult
      readonly dryRun: boolean
    }): Promise<OptimisationResult> =>
      pruningResult(
        input.before,
        input.dryRun ? input.before : await readContentUsage(),
        input.removed,
        input.dryRun,
      ),

    /** Moves old operations into daily sums, batch by batch, each in a transaction of its own. */
    rollUpLedger: async ({ ledger, dryRun }: RollUpInput): Promise<OptimisationResult> => {
      const { keepDays } = ledger
      if (keepDays === undefined) return rollUpResult(undefined, dryRun)
      const outcomes: RollUpOutcome[] = []
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- batch after batch
        const outcome = await rollUp.rollUp({ keepDays, isDryRun: dryRun })
        outcomes.push(outcome)
        Context.current().heartbeat(describeTotals(outcome.after))
        if (dryRun || outcome.operationsMoved === 0) return rollUpResult(outcomes, dryRun)
      }
    },

    refreshStatistics: async (
      input: Pick<OptimisationRequest, 'dryRun' | 'confidence'>,
    ): Promise<OptimisationResult> => {
      const { dryRun: isDryRun, confidence } = input
      const judgement = await statistics.refresh((times) => judgeStatistics(times, confidence), { isDryRun })
      return statisticsResult(judgement, isDryRun)
    },
  }
}

export type OptimisationUpkeepActivities = ReturnType<typeof createOptimisationUpkeepActivities>

async function unloadIdle(
  deps: OptimisationUpkeepDeps,
  { idleForMs, dryRun }: IdleInput,
): Promise<OptimisationResult> {
  const { nodes, optimisations, pollMs = POLL_MS } = deps
  const [before, active, lastCallAtMs] = await Promise.all([
    nodes.read(),
    readActiveVersions(deps),
    optimisations.lastCalls(),
  ])
  const idle = findIdleVersions({ view: before, active, lastCallAtMs, idleForMs })
  if (dryRun || idle.length === 0) return idleResult(idle, before, undefined)
  for (const { model, version } of idle) {
    // oxlint-disable-next-line no-await-in-loop -- few
    await nodes.release({ model, version })
  }
  const giveUpAtMs = Date.now() + UNLOAD_WITHIN_MS
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each look follows the one before
    const after = await nodes.read()
    const left = idle.filter((name) => liveNodes(after).some((node) => hostedOn(node, name) !== undefined))
    if (left.length === 0 || Date.now() >= giveUpAtMs) return idleResult(idle, before, after, left)
    Context.current().heartbeat(describeIdle(left))
    // oxlint-disable-next-line no-await-in-loop
    await Context.current().sleep(pollMs)
  }
}

function describeIdle(idle: readonly IdleVersion[]): string {
  return idle.map(({ model, version }) => `${model} ${version}`).join(', ')
}
