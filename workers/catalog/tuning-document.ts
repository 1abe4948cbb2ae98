import { type HostTuning, MOST_OF_TUNING } from '../../domain/catalog/host-tuning.ts'
import { mapping } from './fields.ts'
import { expecting } from './catalog-problem.ts'
import { z } from 'zod'

/** How the model hosts of a version run it. */
export const tuningSchema = z.strictObject(
  {
    slots: upTo(MOST_OF_TUNING.slots, 'calls at once').optional(),
    batchTokens: upTo(MOST_OF_TUNING.batchTokens, 'tokens').optional(),
    threads: upTo(MOST_OF_TUNING.threads, 'threads').optional(),
    warmUpTokens: upTo(MOST_OF_TUNING.warmUpTokens, 'tokens').optional(),
  },
  mapping('slots, batchTokens, threads or warmUpTokens'),
)

/** The same without the fields that are not there. */
export function toTuning(entry: z.infer<typeof tuningSchema>): HostTuning {
  const { slots, batchTokens, threads, warmUpTokens } = entry
  return {
    ...(slots === undefined ? {} : { slots }),
    ...(batchTokens === undefined ? {} : { batchTokens }),
    ...(threads === undefined ? {} : { threads }),
    ...(warmUpTokens === undefined ? {} : { warmUpTokens }),
  }
}

function upTo(most: number, unit: string) {
  const expectation = expecting(`a whole number of ${unit} from 1 to ${most}`)
  return z.int(expectation).min(1, expectation).max(most, expectation)
}
