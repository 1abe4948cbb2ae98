import { definedFields, type ExistingSchedule, fieldsText, type ScheduleFields } from './schedule-fields.ts'
import type { ScheduleDefinition } from './schedule-file.ts'

export interface FieldChange {
  readonly field: string
  readonly before: string
  readonly after: string
}

/** What becomes of one schedule. */
export interface ScheduleChange {
  readonly name: string
  readonly action: 'added' | 'changed' | 'removed' | 'unchanged'
  /** Of a schedule that changed. */
  readonly fields?: readonly FieldChange[]
}

/** What applying a file does, by name. */
export interface SchedulePlan {
  readonly changes: readonly ScheduleChange[]
  /** Sentences; with any of them nothing is done. */
  readonly problems: readonly string[]
}

/**
 * What has to be done so that Temporal holds what the file declares: a person applies it, so that whatever was changed by
 * hand is brought back, and what the file has no more is removed. Whether a schedule is paused is not the file's.
 */
export function planSchedules(
  definitions: readonly ScheduleDefinition[],
  existing: readonly ExistingSchedule[],
): SchedulePlan {
  const known = new Map(existing.map((one) => [one.name, one]))
  const names = new Set(definitions.map(({ name }) => name))
  const kept = definitions.map((definition) => changeOf(definition, known.get(definition.name)))
  const removed = existing
    .filter((one) => one.isManaged && !names.has(one.name))
    .map(({ name }): ScheduleChange => ({ name, action: 'removed' }))
  const foreign = definitions.filter(({ name }) => known.get(name)?.isManaged === false)
  return {
    changes: [...kept, ...removed].toSorted((left, right) => (left.name < right.name ? -1 : 1)),
    problems: foreign.map(
      ({ name }) =>
        `${name}: Temporal has a schedule maintenance/${name} that Switchyard did not make; delete or rename it`,
    ),
  }
}

/**
 * What an orchestrator does when it starts: it adds what is missing and brings up to date what a start had added before and
 * nobody has changed since. Once a person has applied a file, it leaves everything as it is.
 */
export function planAtStart(
  definitions: readonly ScheduleDefinition[],
  existing: readonly ExistingSchedule[],
): readonly ScheduleChange[] {
  const managed = existing.filter((one) => one.isManaged)
  if (managed.some(({ applied }) => applied?.by === 'operator')) return []
  const known = new Map(existing.map((one) => [one.name, one]))
  return definitions.flatMap((definition): ScheduleChange[] => {
    const { name } = definition
    const before = known.get(name)
    if (before === undefined) return [{ name, action: 'added' }]
    const isTouched = fieldsText(before.fields) !== before.applied?.fields
    if (!before.isManaged || isTouched) return []
    const fields = differences(before.fields, definedFields(definition))
    return fields.length === 0 ? [] : [{ name, action: 'changed', fields }]
  })
}

function changeOf(definition: ScheduleDefinition, before: ExistingSchedule | undefined): ScheduleChange {
  const { name } = definition
  if (before === undefined) return { name, action: 'added' }
  const { by = 'nobody' } = before.applied ?? {}
  const owned = by === 'operator' ? [] : [{ field: 'applied by', before: by, after: 'operator' }]
  const fields = [...differences(before.fields, definedFields(definition)), ...owned]
  return fields.length === 0 ? { name, action: 'unchanged' } : { name, action: 'changed', fields }
}

function differences(before: ScheduleFields, after: ScheduleFields): readonly FieldChange[] {
  const now = new Map(Object.entries(after))
  return Object.entries(before).flatMap(([field, value]) => {
    const next = now.get(field)
    return next === undefined || next === value ? [] : [{ field, before: String(value), after: String(next) }]
  })
}
