/** How much each term counts when models are compared; only the proportions matter. */
export interface ScoreWeights {
  readonly cost: number
  readonly latency: number
  readonly quality: number
}

/** What counts when nobody says otherwise. */
export const DEFAULT_WEIGHTS: ScoreWeights = { cost: 0.3, latency: 0.3, quality: 0.4 }

/** The same proportions with a sum of 1. What is no positive number counts as 0; all 0 means the defaults. */
export function normaliseWeights({ cost, latency, quality }: ScoreWeights): ScoreWeights {
  const [costShare, latencyShare, qualityShare] = [positive(cost), positive(latency), positive(quality)]
  const total = costShare + latencyShare + qualityShare
  if (total === 0 || !Number.isFinite(total)) return DEFAULT_WEIGHTS
  return { cost: costShare / total, latency: latencyShare / total, quality: qualityShare / total }
}

function positive(weight: number): number {
  return Number.isFinite(weight) && weight > 0 ? weight : 0
}
