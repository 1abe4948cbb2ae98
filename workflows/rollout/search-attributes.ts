/** What rollouts can be searched by in the Temporal UI. They are registered when an orchestrator starts. */
export const ROLLOUT_ATTRIBUTES = {
  model: { name: 'Model', type: 'KEYWORD' },
  phase: { name: 'RolloutPhase', type: 'KEYWORD' },
  canaryPercent: { name: 'CanaryPercent', type: 'DOUBLE' },
} as const
