import { type OptimisationRequest, optimisationRequest } from '../../domain/optimisation/request.ts'
import { parseInput } from './parse-input.ts'

export const OPTIMISE_EXAMPLE =
  '{"model": "chat-small", "actions": ["concurrency"], "dryRun": true, "by": "ada"}'

/** Reads the input of `optimise`; nothing at all means the defaults. @throws ApplicationFailure */
export function readOptimiseInput(input: unknown): OptimisationRequest {
  return parseInput(optimisationRequest, input ?? {}, 'optimise', OPTIMISE_EXAMPLE)
}
