import { inlineContent } from '../../content-ref.ts'
import type { TaskType } from '../../model-request.ts'
import type { Subtask } from '../plan.ts'
import { findJson } from './find-json.ts'
import { DEFAULT_SUBTASK_TYPE, MAX_ACTION_LENGTH, SUBTASK_TYPES } from './plan-schema.ts'
import { shortTitle } from './short-title.ts'

/** Subtasks as far as they could be read, and everything that was wrong, each in one sentence. */
export interface ReadSubtasks {
  readonly subtasks: readonly Subtask[]
  readonly problems: readonly string[]
}

/** Reads a plan out of a model's answer: JSON `{"subtasks": [...]}`, or the list alone. */
export function readSubtasks(answer: string): ReadSubtasks {
  const found = findJson(answer, isPlanShaped, 'an object with a list "subtasks"')
  if (!found.ok) return { subtasks: [], problems: [found.problem] }
  const read = listIn(found.value).map(readSubtask)
  return {
    subtasks: read.flatMap(({ subtasks }) => subtasks),
    problems: read.flatMap(({ problems }) => problems),
  }
}

/** A bare list must hold objects: `[draft]` and an empty `dependsOn` are none of it. */
function isPlanShaped(value: unknown): boolean {
  return isRecord(value) ? Array.isArray(value['subtasks']) : listIn(value).some(isRecord)
}

function listIn(value: unknown): readonly unknown[] {
  const list: unknown = isRecord(value) ? value['subtasks'] : value
  return Array.isArray(list) ? list : []
}

function readSubtask(item: unknown, index: number): ReadSubtasks {
  const where = `subtasks[${index}]`
  if (!isRecord(item)) return { subtasks: [], problems: [`${where} must be an object`] }
  const action = asText(item['action']) ?? ''
  const type = readType(item['type'])
  const dependsOn = readIds(item['dependsOn'])
  const problems = [
    ...(action === '' ? [`${where} has no action: say what is to be done`] : []),
    ...(action.length > MAX_ACTION_LENGTH
      ? [`${where}.action has ${action.length} characters, at most ${MAX_ACTION_LENGTH} are allowed`]
      : []),
    ...(type === undefined ? [`${where}.type must be one of ${SUBTASK_TYPES.join(', ')}`] : []),
    ...(dependsOn === undefined ? [`${where}.dependsOn must be a list of ids`] : []),
  ]
  if (problems.length > 0 || type === undefined || dependsOn === undefined) return { subtasks: [], problems }
  const title = asText(item['title'])
  const expectedOutput = asText(item['expectedOutput'])
  const subtask = {
    id: asText(item['id']) ?? `s${index + 1}`,
    title: shortTitle(title ?? action),
    action: inlineContent(action),
    type,
    dependsOn,
    ...(expectedOutput === undefined ? {} : { expectedOutput: expectedOutput.slice(0, MAX_ACTION_LENGTH) }),
  }
  return { subtasks: [subtask], problems: [] }
}

function readType(value: unknown): TaskType | undefined {
  return value === undefined ? DEFAULT_SUBTASK_TYPE : SUBTASK_TYPES.find((type) => type === value)
}

function readIds(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) return undefined
  const ids = value.map(asText)
  return ids.every((id) => id !== undefined) ? [...new Set(ids)] : undefined
}

/** Text without blanks around it; numbers count as text; `undefined` for nothing and for anything else. */
function asText(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
