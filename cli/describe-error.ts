import { CallRefusedError, InvalidRequestError, SwitchyardError, TaskFailedError } from '../client/errors.ts'
import { CliError, EXIT_CODES, type ExitCode, UsageError } from './cli-error.ts'
import type { AttemptReport } from '../domain/call-result.ts'
import { formatUsd } from '../domain/money.ts'
import { taskTable } from './render/task-report.ts'
import { messageOf } from '../domain/message-of.ts'

/** An error as lines for the person at the terminal. */
export function describeError(error: unknown, options: { readonly debug?: boolean }): string {
  const lines = [
    `error: ${messageOf(error)}`,
    ...(error instanceof CallRefusedError ? error.attempts.map(attemptLine) : []),
    ...(error instanceof TaskFailedError ? taskState(error) : []),
    ...(whatToDo(error) === undefined ? [] : [whatToDo(error) ?? '']),
  ]
  if (options.debug === true && error instanceof Error) lines.push('', stackOf(error))
  else if (!isExpected(error)) lines.push('Run it again with --debug to see where this comes from.')
  return lines.join('\n')
}

/** The same for programs. */
export function errorJson(error: unknown): object {
  const name = error instanceof Error ? error.name : 'Error'
  const advice = whatToDo(error)
  return {
    error: {
      name,
      message: messageOf(error),
      ...(advice === undefined ? {} : { whatToDo: advice }),
      ...(error instanceof InvalidRequestError ? { problems: error.problems } : {}),
      ...(error instanceof CallRefusedError ? { refusal: error.refusal } : {}),
      ...(error instanceof TaskFailedError ? { taskId: error.taskId, progress: error.progress } : {}),
    },
  }
}

/** The exit code that an error means. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof UsageError || error instanceof InvalidRequestError
    ? EXIT_CODES.usage
    : EXIT_CODES.failed
}

function whatToDo(error: unknown): string | undefined {
  return error instanceof SwitchyardError || error instanceof CliError ? error.whatToDo : undefined
}

/** Names of errors of other parts whose message is written for people. */
const WRITTEN_FOR_PEOPLE: ReadonlySet<string> = new Set(['ConfigError', 'CatalogError'])

function isExpected(error: unknown): boolean {
  return whatToDo(error) !== undefined || (error instanceof Error && WRITTEN_FOR_PEOPLE.has(error.name))
}

function attemptLine({ model, version, endpoint, status, failure, costNanoUsd }: AttemptReport): string {
  const why = failure === undefined ? '' : `, ${failure.kind}: ${failure.message}`
  return `  ${model} ${version} at ${endpoint}: ${status}${why} (${formatUsd(costNanoUsd)})`
}

function taskState({ progress }: TaskFailedError): readonly string[] {
  if (progress === undefined) return []
  const reasons = progress.subtasks.flatMap(({ id, reason }) =>
    reason === undefined ? [] : [`  ${id}: ${reason}`],
  )
  const table = progress.subtasks.length === 0 ? [] : ['', taskTable(progress), '']
  return [...table, ...reasons, ...progress.notes.map((note) => `  note: ${note}`)]
}

function stackOf(error: Error): string {
  const { stack = String(error), cause } = error
  return cause instanceof Error ? `${stack}\ncaused by: ${stackOf(cause)}` : stack
}
