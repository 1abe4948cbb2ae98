import { readWhole } from '../../../domain/reading/reader.ts'
import type { ExperimentDefinition } from '../../../domain/experiments/definition.ts'
import { experimentDefinition } from '../../../domain/experiments/read-definition.ts'

/** An experiment as people would type it, read. */
export function definitionOf(request: object): ExperimentDefinition {
  const read = readWhole(experimentDefinition, request)
  if (!read.ok) throw new Error(read.problems.join('; '))
  return read.value
}

/** Two prompts, compared by whether they were answered well. */
export function promptExperiment(changes: object = {}): ExperimentDefinition {
  return definitionOf({
    id: 'greeting',
    kind: 'prompts',
    metric: 'answered-well',
    variants: [{ name: 'plain' }, { name: 'warm', systemPrompt: 'Be warm.' }],
    ...changes,
  })
}
