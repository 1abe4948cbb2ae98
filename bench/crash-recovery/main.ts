import { createDatabase, startPostgres } from '../../test/fixtures/postgres.ts'
import { findDisagreements } from '../../test/chaos/support/find-disagreements.ts'
import { killInWideTask, WIDE_CALLS } from '../../test/chaos/support/wide-task.ts'
import { readBenchOptions } from '../rig/read-options.ts'
import { startCrashRig } from '../../test/chaos/support/crash-rig.ts'
import { median, printTable, requireAtMost } from '../rig/figures.ts'

/** The most that may pass from the kill to the task's result, a restart after a second included, in seconds. */
const BOUNDS = { orchestrator: 4, 'cloud worker': 6 } as const
type Victim = keyof typeof BOUNDS
const VICTIMS = ['orchestrator', 'cloud worker'] as const

interface Run {
  readonly seconds: number
  /** What the provider's journal holds. */
  readonly upstreamCalls: number
  /** Calls that Temporal had not recorded when the process was dead. */
  readonly inFlight: number
  /** What is wrong; none is the promise. */
  readonly findings: readonly string[]
}

const { runs } = readBenchOptions('bench:crash-recovery', { runs: 3 })

const postgres = await startPostgres()
try {
  const measured: Record<Victim, Run[]> = { orchestrator: [], 'cloud worker': [] }
  for (let run = 0; run < runs; run++) {
    for (const victim of VICTIMS) measured[victim].push(await crashOnce(victim))
  }
  printTable(
    `${WIDE_CALLS} calls of 1 to 3 s at once in one task, SIGKILL when half are answered, ${runs} runs`,
    ['killed', 'upstream calls', 'in flight', 'kill → done, median', 'longest'],
    VICTIMS.map((victim) => {
      const seconds = measured[victim].map((run) => run.seconds)
      return [
        victim,
        measured[victim].map(({ upstreamCalls }) => upstreamCalls).join(' '),
        measured[victim].map(({ inFlight }) => inFlight).join(' '),
        `${median(seconds).toFixed(1)} s`,
        `${Math.max(...seconds).toFixed(1)} s`,
      ]
    }),
  )
  for (const victim of VICTIMS) {
    const seconds = measured[victim].map((run) => run.seconds)
    requireAtMost(`${victim}, kill → done, longest, s`, Math.max(...seconds), BOUNDS[victim])
    reportFindings(measured[victim].flatMap(({ findings }) => findings))
  }
} finally {
  await postgres.stop()
}

async function crashOnce(victim: Victim): Promise<Run> {
  await using rig = await startCrashRig({ databaseUrl: await createDatabase(postgres.url) })
  const { outcome, recorded, killToDoneMs } = await killInWideTask(rig, victim)
  const journal = await rig.simulated.journal()
  const ledger = await rig.readLedger()
  const inFlight = WIDE_CALLS - recorded.length
  const most = victim === 'orchestrator' ? WIDE_CALLS : WIDE_CALLS + inFlight
  const repeated = ledger.filter(
    ({ attempts }) => attempts.length > 1 && attempts.some(({ attemptId }) => recorded.includes(attemptId)),
  )
  return {
    seconds: killToDoneMs / 1000,
    upstreamCalls: journal.length,
    inFlight,
    findings: [
      ...findDisagreements(journal, ledger),
      ...(outcome.phase === 'completed' ? [] : [`the task ended as ${outcome.phase}`]),
      ...(journal.length <= most ? [] : [`${journal.length} upstream calls, at most ${most} may be`]),
      ...repeated.map(({ operationId }) => `${operationId} was recorded and called again`),
    ],
  }
}

function reportFindings(findings: readonly string[]): void {
  for (const finding of findings) console.log(`BROKEN ${finding}`)
  if (findings.length > 0) process.exitCode = 1
}
