import { type ExperimentRequest, experimentRequest } from '../domain/experiments/experiment-request.ts'
import { InvalidRequestError } from '../client/errors.ts'
import { parse } from 'yaml'
import { readTextFile } from './read-text-file.ts'
import { readWhole } from '../domain/reading/reader.ts'
import { UsageError } from './cli-error.ts'

/** Reads what is to be compared, as YAML or JSON. @throws UsageError, InvalidRequestError */
export async function readExperiment(path: string): Promise<ExperimentRequest> {
  const text = await readTextFile(path)
  let value: unknown
  try {
    // JSON is YAML, too.
    value = parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`${path} is neither YAML nor JSON: ${reason}`, 'Correct it and try again.', {
      cause: error,
    })
  }
  const read = readWhole(experimentRequest, value)
  if (read.ok) return read.value
  throw new InvalidRequestError(`the experiment in ${path}`, read.problems)
}
