import { type ShadowHostParts, withShadowHost } from '../../providers/local/trial/shadow-host.ts'
import type { EngineParts } from './servable-versions.ts'
import { measureHost } from '../../providers/local/trial/measure-host.ts'
import type { ModelHost } from '../../providers/local/model-host.ts'
import type { TrialHosts } from '../../activities/optimisation/trials.ts'
import type { TuningSubject } from '../../domain/optimisation/subject.ts'

export type TrialHostParts = ShadowHostParts & Pick<EngineParts, 'ensureWeights'>

/** Longer than any model of one machine takes from its page cache; a trial may be made again. */
const LOAD_TIMEOUT_MS = 300_000

/** Tries versions of a catalog on this node, one at a time. */
export function createTrialHosts(parts: TrialHostParts): TrialHosts {
  let last: Promise<unknown> = Promise.resolve()
  const oneByOne = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const next = last.then(work, work)
    last = next.catch(() => {})
    return next
  }
  return {
    measure: (subject, options) =>
      oneByOne(async () => {
        const startedAt = performance.now()
        return withSubject(parts, subject, options.signal, async (host) => {
          const startMs = performance.now() - startedAt
          const { estimate } = host.status()
          const memoryBytes = estimate === undefined ? 0 : estimate.ramBytes + estimate.gpuBytes
          return { ...(await measureHost(host, options)), startMs, memoryBytes }
        })
      }),
    score: (subject, texts, signal) =>
      oneByOne(() =>
        withSubject(parts, subject, signal, async (host) => {
          const surprises: number[] = []
          for (const text of texts) {
            signal.throwIfAborted()
            // oxlint-disable-next-line no-await-in-loop -- a host scores one text at a time
            const { tokens, logLikelihood } = await host.score(text)
            surprises.push(-logLikelihood / tokens)
          }
          return surprises
        }),
      ),
  }
}

async function withSubject<Result>(
  parts: TrialHostParts,
  subject: TuningSubject,
  signal: AbortSignal,
  work: (host: ModelHost) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted()
  const { weights, contextSize, tuning } = subject
  const modelPath = await parts.ensureWeights(weights)
  const options = {
    modelPath,
    version: `${subject.model} ${subject.version}, on trial`,
    contextSize,
    ...tuning,
    maxQueued: MOST_QUEUED,
    loadTimeoutMs: LOAD_TIMEOUT_MS,
    ...(weights.sha256 === undefined ? {} : { sha256: weights.sha256 }),
  }
  return withShadowHost(parts, options, async (host) => {
    signal.throwIfAborted()
    return work(host)
  })
}

/** All that a load may have under way. */
const MOST_QUEUED = 1_000
