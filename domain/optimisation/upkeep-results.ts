import { liveNodes, type NodesView } from '../nodes/known-node.ts'
import { type LedgerTotals, type RollUpOutcome, toNanoUsd } from './roll-up.ts'
import { type OptimisationResult, toFigure } from './result.ts'
import { formatMebibytes } from '../nodes/node-memory.ts'
import type { IdleVersion } from './idle-versions.ts'
import type { RetentionResult } from '../maintenance/retention-status.ts'

/** What the content store takes, in bytes, and what its disk has left. */
export interface ContentUsage {
  readonly objects: number
  readonly bytes: number
  readonly freeDiskBytes: number
  readonly diskBytes: number
}

/** A disk with less than this share free is short. */
const SHORT_SHARE = 0.1

/** @param after absent: nothing was taken off. `left`: what is still there although nothing holds it */
export function idleResult(
  idle: readonly IdleVersion[],
  before: NodesView,
  after: NodesView | undefined,
  left: readonly IdleVersion[] = [],
): OptimisationResult {
  if (idle.length === 0) {
    return {
      action: 'idle-unload',
      verdict: 'unchanged',
      reason: 'no node holds a version for nobody',
      tried: [],
    }
  }
  const bytes = idle.reduce((sum, version) => sum + version.memoryBytes, 0)
  const names = idle
    .map(({ model, version, nodeIds }) => `${model} ${version} on ${nodeIds.join(', ')}`)
    .join('; ')
  const free = freeBytes(before)
  const figure = toFigure('free memory', 'bytes', free, after === undefined ? free + bytes : freeBytes(after))
  const isDone = after !== undefined
  const reason = isDone
    ? `no traffic and no call for long: ${names}; ${formatMebibytes(bytes)} were taken by it`
    : `no traffic and no call for long: ${names}; taking it off frees ${formatMebibytes(bytes)}`
  if (left.length > 0) {
    const waiting = left.map(({ model, version }) => `${model} ${version}`).join(', ')
    return unloaded('failed', `${reason}; still loaded: ${waiting}`)
  }
  return unloaded(isDone ? 'kept' : 'proposed', reason)

  function unloaded(verdict: 'kept' | 'proposed' | 'failed', why: string): OptimisationResult {
    const outcome = verdict === 'failed' ? 'failed' : 'better'
    const tried = [{ name: 'unload', outcome, reason: why, figures: [figure] }] as const
    return { action: 'idle-unload', verdict, reason: why, tried }
  }
}

function freeBytes(view: NodesView): number {
  return liveNodes(view).reduce((sum, { announcement }) => sum + announcement.freeMemoryBytes, 0)
}

/** What a pass of the retention made of the content store. */
export function pruningResult(
  before: ContentUsage,
  after: ContentUsage,
  removed: RetentionResult,
  isDryRun: boolean,
): OptimisationResult {
  const disk = describeDisk(after)
  if (isDryRun) {
    const reason = `${before.objects} objects are stored, ${formatMebibytes(before.bytes)}; ${disk}`
    return { action: 'cache-pruning', verdict: 'unchanged', reason, tried: [] }
  }
  const freed = `${removed.objectsRemoved} objects went that nobody needs any more, ${removed.ownersReleased} operations let go of theirs`
  const figures = [
    toFigure('content store', 'bytes', before.bytes, after.bytes),
    toFigure('objects', 'rows', before.objects, after.objects),
  ]
  const reason = `${freed}; ${disk}`
  const isAny = removed.objectsRemoved > 0
  return {
    action: 'cache-pruning',
    verdict: isAny ? 'kept' : 'unchanged',
    reason,
    tried: [{ name: 'retention', outcome: isAny ? 'better' : 'no-gain', reason, figures }],
  }
}

function describeDisk({ freeDiskBytes, diskBytes }: ContentUsage): string {
  if (diskBytes === 0) return 'nothing is known of its disk'
  const share = freeDiskBytes / diskBytes
  const short = share < SHORT_SHARE ? ', which is little' : ''
  return `${(share * 100).toFixed(0)} % of its disk are free${short}`
}

/** @param outcomes of the batches in their order; absent: attempts are to be kept for ever */
export function rollUpResult(
  outcomes: readonly RollUpOutcome[] | undefined,
  isDryRun: boolean,
): OptimisationResult {
  const [first] = outcomes ?? []
  const last = outcomes?.at(-1)
  if (outcomes === undefined || first === undefined || last === undefined) {
    const reason = 'attempts are kept: give ledger.keepDays to sum up what is older'
    return { action: 'ledger-roll-up', verdict: 'unchanged', reason, tried: [] }
  }
  const moved = (read: (outcome: RollUpOutcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + read(outcome), 0)
  const attempts = moved((outcome) => outcome.attemptsMoved)
  const operations = moved((outcome) => outcome.operationsMoved)
  if (operations === 0) {
    const reason = 'nothing in the ledger is old enough'
    return { action: 'ledger-roll-up', verdict: 'unchanged', reason, tried: [] }
  }
  const what = `${attempts} attempts of ${operations} operations`
  const reason = isDryRun
    ? `${what} would become ${first.cells} daily sums`
    : `${what} are daily sums now; ${describeTotals(last.after)}, as before`
  const figures = [
    toFigure(
      'rows of the ledger',
      'rows',
      attempts,
      isDryRun ? first.cells : moved((outcome) => outcome.cells),
    ),
    toFigure('booked', 'nano-USD', toNanoUsd(first.before.cost), toNanoUsd(last.after.cost)),
    toFigure('tables', 'bytes', first.bytesBefore, last.bytesAfter),
  ]
  return {
    action: 'ledger-roll-up',
    verdict: isDryRun ? 'proposed' : 'kept',
    reason,
    tried: [{ name: 'daily sums', outcome: 'better', reason, figures }],
  }
}

/** `12 operations, 14 attempts, 12000 nano-dollars` */
export function describeTotals({ operations, attempts, cost }: LedgerTotals): string {
  return `${operations} operations, ${attempts} attempts, ${cost} nano-dollars`
}
