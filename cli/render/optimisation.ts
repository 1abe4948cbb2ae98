import { type Column, renderTable } from './table.ts'
import { describeChange, formatQuantity, subjectOf } from '../../domain/optimisation/optimisation-markdown.ts'
import type { OptimisationResult, OptimisationRun, TriedChange } from '../../domain/optimisation/result.ts'
import { formatDuration } from './format.ts'
import { formatUtc } from '../../domain/format-utc.ts'
import { runOutcome } from '../../domain/optimisation/trial-result.ts'

const RUN_COLUMNS: readonly Column[] = [
  { title: 'run' },
  { title: 'started' },
  { title: 'took', align: 'right' },
  { title: 'by' },
  { title: 'status' },
  { title: 'outcome' },
  { title: 'results', align: 'right' },
]

/** A row for each run. */
export function optimisationRunTable(runs: readonly OptimisationRun[]): string {
  if (runs.length === 0)
    return 'Nothing was optimised yet: start it with `switchyard optimise run --dry-run`.'
  return renderTable(
    RUN_COLUMNS,
    runs.map(({ runId, startedAtMs, endedAtMs, by, status, request, results }) => [
      runId,
      formatUtc(startedAtMs),
      endedAtMs === undefined ? '–' : formatDuration(endedAtMs - startedAtMs),
      by,
      request.dryRun ? `${status}, dry run` : status,
      runOutcome(results),
      String(results.length),
    ]),
  )
}

const FIGURE_COLUMNS: readonly Column[] = [
  { title: 'action' },
  { title: 'of' },
  { title: 'tried' },
  { title: 'figure' },
  { title: 'before', align: 'right' },
  { title: 'after', align: 'right' },
  { title: 'change' },
  { title: 'outcome' },
]

/** The figures of a run, then the verdicts with their reasons and what is to be done. */
export function optimisationText(run: OptimisationRun): string {
  const { runId, startedAtMs, by, status, request, results } = run
  const head = `Optimisation ${runId}, started ${formatUtc(startedAtMs)} by ${by}: ${status}${request.dryRun ? ', dry run' : ''}`
  const rows = results.flatMap((result) => result.tried.flatMap((tried) => figureRows(result, tried)))
  return [
    head,
    ...(rows.length === 0 ? [] : ['', renderTable(FIGURE_COLUMNS, rows)]),
    ...(results.length === 0 ? ['', 'Nothing has ended yet.'] : ['', ...results.flatMap(verdictLines)]),
  ].join('\n')
}

function figureRows(
  result: OptimisationResult,
  { name, outcome, figures }: TriedChange,
): readonly (readonly string[])[] {
  if (figures.length === 0) return [[result.action, subjectOf(result), name, '', '–', '–', '–', outcome]]
  return figures.map((figure, index) => [
    ...(index === 0 ? [result.action, subjectOf(result), name] : ['', '', '']),
    figure.name,
    formatQuantity(figure.before, figure.unit),
    formatQuantity(figure.after, figure.unit),
    describeChange(figure),
    index === 0 ? outcome : '',
  ])
}

function verdictLines(result: OptimisationResult): readonly string[] {
  const { action, verdict, reason, proposal } = result
  const lines = [`${action} of ${subjectOf(result)}: ${verdict}`, `  ${reason}`]
  if (proposal === undefined) return lines
  const { snippet, command, rolloutId, version } = proposal
  if (rolloutId !== undefined) return [...lines, `  The rollout ${rolloutId} moves traffic to ${version}.`]
  if (snippet === undefined) return [...lines, `  The catalog has it: ${command}`]
  const indented = snippet.split('\n').map((line) => `      ${line}`)
  return [
    ...lines,
    `  Add to models.${result.model ?? ''}.versions in the catalog, behind the others, and restart the workers:`,
    ...indented,
    `  Then: ${command}`,
  ]
}
