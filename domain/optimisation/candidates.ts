import { describeTuning, type HostTuning, isSameTuning, type TuningField } from '../catalog/host-tuning.ts'
import type { OptimisationRequest } from './request.ts'
import type { TuningSubject } from './subject.ts'
import type { VersionAction } from './actions.ts'

/** A setting of a version's hosts that is tried. */
export interface TunedSetting {
  /** `slots 4` */
  readonly name: string
  readonly tuning: TuningSubject['tuning']
}

/** What a sweep changes. */
const FIELDS: Readonly<Record<Exclude<VersionAction, 'quantisation'>, TuningField>> = {
  'warm-up': 'warmUpTokens',
  concurrency: 'slots',
  'batch-size': 'batchTokens',
  threads: 'threads',
}

/** The name of what stands. */
export const AS_IT_IS = 'as it is'

/** The settings of a sweep, without the one that stands. */
export function sweptSettings(
  action: Exclude<VersionAction, 'quantisation'>,
  { tuning }: TuningSubject,
  { tries }: Pick<OptimisationRequest, 'tries'>,
): readonly TunedSetting[] {
  const field = FIELDS[action]
  const values = [...new Set(tries[field] ?? defaultTries(field, tuning))]
  return values
    .filter((value) => value !== tuning[field])
    .map((value) => {
      const changed: HostTuning = { [field]: value }
      return { name: describeTuning(changed), tuning: { ...tuning, ...changed } }
    })
    .filter((setting) => !isSameTuning(setting.tuning, tuning))
}

function defaultTries(field: TuningField, { slots }: TuningSubject['tuning']): readonly number[] {
  switch (field) {
    case 'slots':
      return [Math.max(1, Math.floor(slots / 2)), slots * 2, slots * 4]
    case 'batchTokens':
      return [32, 128, 512]
    case 'threads':
      return [1, 2, 4]
    case 'warmUpTokens':
      return [64]
  }
}
