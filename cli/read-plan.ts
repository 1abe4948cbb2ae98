import { parseInput } from '../client/inputs/parse-input.ts'
import { parse } from 'yaml'
import { type PlanInput, planSchema } from '../client/inputs/task-input.ts'
import { readTextFile } from './read-text-file.ts'
import { UsageError } from './cli-error.ts'
import { messageOf } from '../domain/message-of.ts'

/** Reads a plan as YAML or JSON: `subtasks` with `id`, `action` and `dependsOn`. @throws UsageError, InvalidRequestError */
export async function readPlan(path: string): Promise<PlanInput> {
  const text = await readTextFile(path)
  let value: unknown
  try {
    // JSON is YAML, too.
    value = parse(text)
  } catch (error) {
    const reason = messageOf(error)
    throw new UsageError(`${path} is neither YAML nor JSON: ${reason}`, 'Correct it and try again.', {
      cause: error,
    })
  }
  return parseInput(planSchema, value, `the plan in ${path}`)
}
