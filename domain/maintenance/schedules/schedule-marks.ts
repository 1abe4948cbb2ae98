/** Ids of the schedules that the file declares begin with this, and so do those of the workflows that they start. */
export const MAINTENANCE_PREFIX = 'maintenance/'

/** Workflows that somebody asked for once. */
export const ONCE_PREFIX = 'maintenance/once/'

/** Memo of a schedule that Switchyard made: no other one is touched. */
export const MANAGED_MEMO = { managedBy: 'switchyard' } as const

/** Memo key of the workflows that a schedule starts: who applied the file, and what it said. */
export const APPLIED_MEMO = 'schedule'

/** Its value. */
export interface AppliedMark {
  readonly by: ScheduleOwner
  /** `fieldsText` of what was applied. */
  readonly fields: string
}

/** Reads the value; nothing where it is not there, as after a change in the Temporal UI. */
export function readAppliedMark(
  memo: Readonly<Record<string, unknown>> | undefined,
): AppliedMark | undefined {
  const mark = memo?.[APPLIED_MEMO]
  if (typeof mark !== 'object' || mark === null || !('by' in mark) || !('fields' in mark)) return undefined
  const { by, fields } = mark
  return (by === 'start' || by === 'operator') && typeof fields === 'string' ? { by, fields } : undefined
}

/** Who applied the file last: an orchestrator at its start, or a person. */
export type ScheduleOwner = 'start' | 'operator'

export function scheduleId(name: string): string {
  return `${MAINTENANCE_PREFIX}${name}`
}

export function isManaged(memo: Readonly<Record<string, unknown>> | undefined): boolean {
  return memo?.['managedBy'] === MANAGED_MEMO.managedBy
}
