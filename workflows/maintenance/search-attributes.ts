/** What maintenance can be searched by in the Temporal UI. It is registered when an orchestrator starts. */
export const MAINTENANCE_ATTRIBUTES = {
  /** What became of a run: `fine`, `unwell`, `changed`, `proposed`, … */
  result: { name: 'MaintenanceResult', type: 'KEYWORD' },
} as const
