import { type CallStrategy, MAX_LEGS, strategyProblem } from '../domain/legs/strategy.ts'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { duration, wholeNumber } from './option-values.ts'
import { UsageError } from './cli-error.ts'

/** How many models are asked, or which. */
type Asked = { readonly copies: number } | { readonly models: readonly string[] }

export interface StrategyFlags {
  readonly hedge?: number
  readonly race?: Asked
  readonly consensus?: Asked
  readonly agree?: number
}

/** Adds the options that ask several models at once. */
export function addStrategyOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--hedge <time>', 'ask a second model when the first takes longer than this, e.g. 2s')
        .argParser(duration)
        .conflicts(['race', 'consensus']),
    )
    .addOption(
      new Option(
        '--race <count|models>',
        'ask so many models, or those listed (a,b), at once: the first good answer wins',
      )
        .argParser(asked)
        .conflicts('consensus'),
    )
    .addOption(
      new Option(
        '--consensus <count|models>',
        'ask so many models, or those listed (a,b), at once: the answer that enough of them give wins',
      ).argParser(asked),
    )
    .option('--agree <count>', 'how many must agree in a consensus (default: more than half)', wholeNumber(2))
}

/** The strategy that the options stand for; `undefined` for none. @throws UsageError */
export function strategyOf({ hedge, race, consensus, agree }: StrategyFlags): CallStrategy | undefined {
  if (agree !== undefined && consensus === undefined) {
    throw new UsageError('--agree is about a consensus', 'Add --consensus with the number of models to ask.')
  }
  if (hedge !== undefined) return { kind: 'hedge', afterMs: hedge }
  if (race !== undefined) return { kind: 'race', ...race }
  if (consensus === undefined) return undefined
  const strategy: CallStrategy = {
    kind: 'consensus',
    ...consensus,
    ...(agree === undefined ? {} : { agree }),
  }
  const problem = strategyProblem(strategy)
  if (problem === undefined) return strategy
  throw new UsageError(`the consensus ${problem}`, 'Ask more models, or let fewer agree.')
}

function asked(text: string): Asked {
  const isCount = /^\d+$/.test(text.trim())
  const models = isCount ? [] : text.split(',').map((name) => name.trim())
  const count = isCount ? Number(text) : models.length
  if (count < 2 || count > MAX_LEGS || models.includes('')) {
    throw new InvalidArgumentError(`It must be a number from 2 to ${MAX_LEGS}, or as many models: a,b.`)
  }
  return isCount ? { copies: count } : { models }
}
