import { type ExperimentRequest, experimentRequest } from '../domain/experiments/experiment-request.ts'
import { InvalidRequestError } from '../client/errors.ts'
import { readWhole } from '../domain/reading/reader.ts'
import { readYamlFile } from './read-yaml-file.ts'

/** Reads what is to be compared, as YAML or JSON. @throws UsageError, InvalidRequestError */
export async function readExperiment(path: string): Promise<ExperimentRequest> {
  const value = await readYamlFile(path)
  const read = readWhole(experimentRequest, value)
  if (read.ok) return read.value
  throw new InvalidRequestError(`the experiment in ${path}`, read.problems)
}
