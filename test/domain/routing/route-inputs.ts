import type { Candidate } from '../../../domain/routing/candidate.ts'
import { DATA_CLASSES } from '../../../domain/catalog/deployment.ts'
import { DEFAULT_WEIGHTS } from '../../../domain/catalog/score-weights.ts'
import type { RouteInput, RouteOption } from '../../../domain/routing/route-input.ts'

/** What a test says of an option; the candidate's members may be given alone. */
export type OptionChanges = Omit<Partial<RouteOption>, 'candidate'> & {
  readonly candidate?: Partial<Candidate>
}

/** A model that may take anything: 100,000 tokens, quality 0.7, 1 s, a tenth of a cent. */
export function option(model: string, { candidate, ...changes }: OptionChanges = {}): RouteOption {
  return {
    candidate: {
      model,
      version: 'v1',
      providerModel: `${model}-2026-01-01`,
      provider: 'vendor',
      endpoint: `${model}-endpoint`,
      taskQueue: 'provider.vendor',
      callTimeoutMs: 60_000,
      queueTimeoutMs: 60_000,
      contextWindow: 100_000,
      maxOutputTokens: 1000,
      planning: 'json-schema',
      ...candidate,
    },
    role: 'fallback',
    rank: 0,
    capabilities: ['json', 'json-schema', 'tools', 'vision'],
    allowedDataClasses: DATA_CLASSES,
    expectedNanoUsd: 1_000_000,
    worstCaseNanoUsd: 2_000_000,
    quality: { prior: 0.7 },
    latency: { priorMs: 1000 },
    breaker: 'closed',
    isReady: true,
    isDeployed: true,
    limitedForMs: 0,
    ...changes,
  }
}

/** A small public chat request to these options, ranked as they stand. */
export function routeInput(options: readonly RouteOption[], changes: Partial<RouteInput> = {}): RouteInput {
  return {
    catalogVersion: 'test',
    task: 'chat',
    dataClass: 'public',
    estimatedInputTokens: 1000,
    needs: [],
    weights: DEFAULT_WEIGHTS,
    hasOwnWeights: false,
    minQuality: 0,
    budget: {},
    options: options.map((entry, rank) => ({ ...entry, rank })),
    missing: [],
    unlisted: [],
    ...changes,
  }
}
