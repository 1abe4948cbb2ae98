import { Context } from '@temporalio/activity'
import type { MeasuredRound, Measurement } from '../../domain/optimisation/measurement.ts'
import type { LoadShape } from '../../domain/optimisation/request.ts'
import type { ScoredWeights } from '../../domain/optimisation/compare-weights.ts'
import type { TuningSubject } from '../../domain/optimisation/subject.ts'
import { messageOf } from '../../domain/message-of.ts'

/** One setting of a version in a round. */
export interface TrialSetting {
  readonly name: string
  /** With the settings to try. */
  readonly subject: TuningSubject
}

export interface MeasureRoundInput {
  /** In the order in which they are measured. */
  readonly settings: readonly TrialSetting[]
  readonly load: LoadShape
  readonly parallel: number
  /** The same makes the same requests. */
  readonly seed: number
}

export interface ScoreWeightsInput {
  readonly settings: readonly TrialSetting[]
  readonly texts: readonly string[]
}

/** A version that could not be scored is left out of the scores. */
export interface ScoreWeightsOutput {
  readonly scores: readonly ScoredWeights[]
  /** Why others could not be. */
  readonly problems: readonly string[]
}

/** Trying a version on this machine, in a process of its own that serves nobody and that is ended whatever happens. */
export interface TrialHosts {
  /** @throws Error that says why it cannot be measured */
  measure(
    subject: TuningSubject,
    options: Pick<MeasureRoundInput, 'load' | 'parallel' | 'seed'> & { readonly signal: AbortSignal },
  ): Promise<Omit<MeasuredRound, 'status' | 'name'>>
  /** The surprise of each text in nats per token. @throws Error that says why there is none */
  score(subject: TuningSubject, texts: readonly string[], signal: AbortSignal): Promise<readonly number[]>
}

/** A third of the heartbeat timeout. */
const HEARTBEAT_MS = 5_000

/** Trials on a GPU node. A round may be run twice: it leaves nothing behind. */
export function createTrialActivities({ hosts }: { readonly hosts: TrialHosts }) {
  return {
    measureRound: async (input: MeasureRoundInput): Promise<readonly Measurement[]> =>
      whileHeartbeating(async (signal, tell) => {
        const measurements: Measurement[] = []
        for (const { name, subject } of input.settings) {
          tell(`${subject.model} ${subject.version}: ${name}`)
          // oxlint-disable-next-line no-await-in-loop -- one at a time, or they would disturb each other
          measurements.push(await measureOne(hosts, name, subject, { ...input, signal }))
        }
        return measurements
      }),

    scoreWeights: async ({ settings, texts }: ScoreWeightsInput): Promise<ScoreWeightsOutput> =>
      whileHeartbeating(async (signal, tell) => {
        const scores: ScoredWeights[] = []
        const problems: string[] = []
        for (const { name, subject } of settings) {
          tell(`${subject.model} ${subject.version}: ${texts.length} texts`)
          try {
            // oxlint-disable-next-line no-await-in-loop -- one at a time
            const surprises = await hosts.score(subject, texts, signal)
            scores.push({ name, texts: surprises.map((surprise) => ({ surprise })) })
          } catch (error) {
            signal.throwIfAborted()
            problems.push(`${name}: ${messageOf(error)}`)
          }
        }
        return { scores, problems }
      }),
  }
}

export type TrialActivities = ReturnType<typeof createTrialActivities>

async function measureOne(
  hosts: TrialHosts,
  name: string,
  subject: TuningSubject,
  options: Parameters<TrialHosts['measure']>[1],
): Promise<Measurement> {
  const { load, parallel, seed, signal } = options
  try {
    return { status: 'measured', name, ...(await hosts.measure(subject, { load, parallel, seed, signal })) }
  } catch (error) {
    signal.throwIfAborted()
    return { status: 'failed', name, reason: messageOf(error) }
  }
}

/** Heartbeats by the clock: a host that computes a long prompt says nothing. */
async function whileHeartbeating<Result>(
  work: (signal: AbortSignal, tell: (detail: string) => void) => Promise<Result>,
): Promise<Result> {
  const context = Context.current()
  let detail = ''
  const timer = setInterval(() => context.heartbeat(detail), HEARTBEAT_MS)
  try {
    return await work(context.cancellationSignal, (told) => {
      detail = told
      context.heartbeat(told)
    })
  } finally {
    clearInterval(timer)
  }
}
