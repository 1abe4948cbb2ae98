import { plural } from './format.ts'
import type { ScheduleChange, SchedulePlan } from '../../domain/maintenance/schedules/plan-schedules.ts'

const SIGNS: Readonly<Record<ScheduleChange['action'], string>> = {
  added: '+',
  changed: '~',
  removed: '-',
  unchanged: ' ',
}

/** What applying a file does, a line for each schedule and each field that changes. */
export function schedulePlanText({ changes }: SchedulePlan, isDryRun: boolean): string {
  const lines = changes.flatMap(({ name, action, fields = [] }) => [
    `${SIGNS[action]} ${name}: ${action}`,
    ...fields.map(({ field, before, after }) => `    ${field}: ${before} -> ${after}`),
  ])
  const count = changes.filter(({ action }) => action !== 'unchanged').length
  return [...lines, ...(lines.length === 0 ? [] : ['']), summary(count, isDryRun)].join('\n')
}

function summary(count: number, isDryRun: boolean): string {
  if (count === 0) return 'Nothing to change.'
  return isDryRun
    ? `${plural(count, 'schedule')} would change. Nothing was done.`
    : `${plural(count, 'schedule')} changed.`
}
