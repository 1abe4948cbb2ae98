import { changeTraffic } from '../../../domain/traffic/change-traffic.ts'
import { initialTraffic, type TrafficState } from '../../../domain/traffic/traffic-state.ts'
import type { TrafficCommand } from '../../../domain/traffic/traffic-command.ts'

export const NOW = 1_000_000
export const TTL = 120_000
export const ROLLOUT = { holder: 'rollout-7', runId: 'run-1' } as const
export const OTHER = { holder: 'rollout-8', runId: 'run-2' } as const

/** What the holder of the lease, or somebody else, may ask for, by name. */
export const COMMANDS = {
  register: { kind: 'register', versions: ['v1', 'v2', 'v3', 'v4'] },
  tick: { kind: 'tick' },
  'take-lease': { kind: 'take-lease', ...ROLLOUT, version: 'v2', ttlMs: TTL },
  'take-lease by another': { kind: 'take-lease', ...OTHER, version: 'v3', ttlMs: TTL },
  'renew-lease': { kind: 'renew-lease', ...ROLLOUT },
  'set-shares': { kind: 'set-shares', ...ROLLOUT, change: 50, canaryPercent: 15, mirrorPercent: 0 },
  'set-shares by another': { kind: 'set-shares', ...OTHER, change: 50, canaryPercent: 15, mirrorPercent: 0 },
  revert: { kind: 'revert', ...ROLLOUT, change: 50 },
  'release kept': { kind: 'release-lease', ...ROLLOUT, outcome: 'kept' },
  'release rolled-back': { kind: 'release-lease', ...ROLLOUT, outcome: 'rolled-back' },
} as const satisfies Readonly<Record<string, TrafficCommand>>

/** A state after some commands. @throws Error when one is refused */
export function after(...commands: readonly TrafficCommand[]): TrafficState {
  return commands.reduce(
    (state, command) => {
      const { state: next, refusal } = changeTraffic(state, command, NOW)
      if (refusal !== undefined) throw new Error(refusal.reason)
      return next
    },
    initialTraffic('chat', ['v1', 'v2', 'v3'], NOW),
  )
}

export function shares(change: number, canaryPercent: number, mirrorPercent = 0): TrafficCommand {
  return { kind: 'set-shares', ...ROLLOUT, change, canaryPercent, mirrorPercent }
}

/** Every situation that a model can be in. */
export const STATES = {
  fresh: after(),
  leased: after(COMMANDS['take-lease']),
  'at 5 %': after(COMMANDS['take-lease'], shares(1, 5)),
  'at 100 %': after(COMMANDS['take-lease'], shares(1, 100)),
  mirrored: after(COMMANDS['take-lease'], shares(1, 0, 20)),
  reverted: after(COMMANDS['take-lease'], shares(1, 5), { kind: 'revert', ...ROLLOUT, change: 2 }),
  promoted: after(COMMANDS['take-lease'], shares(1, 100), COMMANDS['release kept']),
  'kept at 5 %': after(COMMANDS['take-lease'], shares(1, 5), COMMANDS['release kept']),
  'rolled back': after(COMMANDS['take-lease'], shares(1, 5), COMMANDS['release rolled-back']),
} as const satisfies Readonly<Record<string, TrafficState>>

/** `v2 5, v1 95; copies v2 20; stable v1; lease v2` */
export function describeTraffic({ arms, mirror, stableVersion, lease }: TrafficState): string {
  return [
    arms.map(({ version, percent }) => `${version} ${percent}`).join(', '),
    ...(mirror === undefined ? [] : [`copies ${mirror.version} ${mirror.percent}`]),
    `stable ${stableVersion}`,
    ...(lease === undefined ? [] : [`lease ${lease.version}`]),
  ].join('; ')
}
