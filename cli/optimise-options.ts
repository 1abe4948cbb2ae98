import type { OptimisationInput } from '../domain/optimisation/request.ts'
import { optimisationRequest } from '../domain/optimisation/request.ts'
import { readWhole } from '../domain/reading/reader.ts'
import { UsageError } from './cli-error.ts'
import { userInfo } from 'node:os'

export interface OptimiseFlags {
  readonly model?: string
  readonly version?: string
  readonly dryRun?: boolean
  readonly apply?: boolean
  readonly rounds?: number
  readonly requests?: number
  readonly parallel?: number
  readonly outputTokens?: number
  readonly trySlots?: string
  readonly tryBatch?: string
  readonly tryThreads?: string
  readonly minimumGain?: number
  readonly compareWith?: string
  readonly idleFor?: number
  readonly keepDays?: number
  readonly by?: string
  /** False with `--no-wait`. */
  readonly wait?: boolean
}

/** The input that flags stand for. @throws UsageError that names what is wrong */
export function readOptimiseOptions(actions: readonly string[], flags: OptimiseFlags): OptimisationInput {
  const { requests, parallel, outputTokens, keepDays, compareWith } = flags
  const input = present({
    actions: actions.length === 0 ? undefined : actions,
    model: flags.model,
    version: flags.version,
    dryRun: flags.dryRun,
    apply: flags.apply,
    rounds: flags.rounds,
    minimumGain: flags.minimumGain,
    idleForMs: flags.idleFor,
    by: flags.by ?? userInfo().username,
    compareWith: compareWith === undefined ? undefined : words(compareWith),
    load: orNothing({ requests, parallel, outputTokens }),
    tries: orNothing({
      slots: numbers(flags.trySlots),
      batchTokens: numbers(flags.tryBatch),
      threads: numbers(flags.tryThreads),
    }),
    ledger: orNothing({ keepDays }),
  })
  const read = readWhole(optimisationRequest, input)
  if (read.ok) return read.value
  throw new UsageError(read.problems.join('; '), 'See `switchyard optimise run --help`.')
}

function words(text: string): readonly string[] {
  return text.split(',').map((word) => word.trim())
}

/** What is no number stays a text, which the reader names. */
function numbers(text: string | undefined): readonly (number | string)[] | undefined {
  if (text === undefined) return undefined
  return words(text).map((word) => (/^\d+$/.test(word) ? Number(word) : word))
}

function present(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

function orNothing(
  members: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const given = present(members)
  return Object.keys(given).length === 0 ? undefined : given
}
