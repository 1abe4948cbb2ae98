import { type Column, renderTable } from './table.ts'
import type { ListedActivity, ListedSchedule, ScheduleList } from '../../client/schedules/list-schedules.ts'
import type { MaintenanceReport } from '../../domain/maintenance/maintenance-report.ts'
import { formatUtc } from '../../domain/format-utc.ts'
import { oneLine } from '../../domain/one-line.ts'

const SCHEDULES: readonly Column[] = [
  { title: 'schedule' },
  { title: 'kind' },
  { title: 'when' },
  { title: 'next' },
  { title: 'last' },
  { title: 'status' },
]
const ACTIVITIES: readonly Column[] = [
  { title: 'workflow' },
  { title: 'kind' },
  { title: 'begins' },
  { title: 'status' },
]
const VERSIONS: readonly Column[] = [
  { title: 'version' },
  { title: 'endpoint' },
  { title: 'health' },
  { title: 'share', align: 'right' },
  { title: 'since' },
  { title: 'checked' },
  { title: 'why' },
]

const REASON_WIDTH = 80

/** Schedules, what runs without one, what was asked for once, and the versions that are looked after. */
export function scheduleListText(list: ScheduleList, report: MaintenanceReport | undefined): string {
  const { schedules, continuous, once } = list
  const sections = [
    schedules.length === 0
      ? 'There are no schedules: `switchyard schedules apply` makes those of the file.'
      : renderTable(SCHEDULES, schedules.map(scheduleRow)),
    ...(continuous.length === 0
      ? []
      : [`Always at work\n${renderTable(ACTIVITIES, continuous.map(activityRow))}`]),
    ...(once.length === 0 ? [] : [`Once\n${renderTable(ACTIVITIES, once.map(activityRow))}`]),
    ...(report === undefined ? [] : reportSections(report)),
  ]
  return sections.join('\n\n')
}

function scheduleRow({
  name,
  kind,
  times,
  nextRunAt,
  lastRun,
  status,
  isPaused,
  note,
}: ListedSchedule): string[] {
  const paused = note === undefined ? 'paused' : `paused (${oneLine(note, 40)})`
  return [
    name,
    kind,
    times,
    isPaused ? paused : instantText(nextRunAt),
    instantText(lastRun?.startedAt),
    lastRun?.end === undefined || status === 'completed' ? status : `${status}: ${lastRun.end}`,
  ]
}

function activityRow({ workflowId, kind, startedAt, status }: ListedActivity): string[] {
  return [workflowId, kind, instantText(startedAt), status]
}

function reportSections({ versions, remediations }: MaintenanceReport): readonly string[] {
  const looked = versions.map(
    ({ model, version, endpoint, status, sharePercent, changedAtMs, checkedAtMs, reason }) => [
      `${model} ${version}`,
      endpoint,
      status,
      `${sharePercent} %`,
      formatUtc(changedAtMs),
      formatUtc(checkedAtMs),
      oneLine(reason ?? '', REASON_WIDTH),
    ],
  )
  const done = remediations.map(
    ({ startedAtMs, kind, model, version, status, outcome }) =>
      `${formatUtc(startedAtMs)}  ${kind} of ${model} ${version}: ${status}${outcome === undefined ? '' : `, ${outcome}`}`,
  )
  return [
    looked.length === 0
      ? 'No version was checked yet.'
      : `Models under management\n${renderTable(VERSIONS, looked)}`,
    ...(done.length === 0 ? [] : [`Remediation\n${done.join('\n')}`]),
  ]
}

function instantText(iso: string | undefined): string {
  return iso === undefined ? '' : formatUtc(Date.parse(iso))
}
