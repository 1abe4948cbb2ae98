/** What can be optimised. The first are about one version and are tried on a shadow host, the others about the system. */
export const VERSION_ACTIONS = ['warm-up', 'concurrency', 'batch-size', 'threads', 'quantisation'] as const
export const SYSTEM_ACTIONS = ['idle-unload', 'cache-pruning', 'ledger-roll-up', 'statistics'] as const
export const OPTIMISATION_ACTIONS = [...VERSION_ACTIONS, ...SYSTEM_ACTIONS] as const

export type VersionAction = (typeof VERSION_ACTIONS)[number]
export type SystemAction = (typeof SYSTEM_ACTIONS)[number]
export type OptimisationAction = VersionAction | SystemAction

/** Without a choice. `threads` is left out: too many of them stall everything else on a machine that is shared. */
export const DEFAULT_ACTIONS: readonly OptimisationAction[] = OPTIMISATION_ACTIONS.filter(
  (action) => action !== 'threads',
)

export function isVersionAction(action: OptimisationAction): action is VersionAction {
  return VERSION_ACTIONS.some((known) => known === action)
}
