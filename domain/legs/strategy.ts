/** Asks the best model; whenever `afterMs` passes without an answer, or a leg fails, one more. The first good answer wins. */
export interface HedgeStrategy {
  readonly kind: 'hedge'
  /** Milliseconds; default 2,000. */
  readonly afterMs?: number
  /** Legs at most; default 2. */
  readonly copies?: number
}

/** Asks several at once; the first good answer wins. */
export interface RaceStrategy {
  readonly kind: 'race'
  /** Legs at most; default 2, or as many as there are `models`. */
  readonly copies?: number
  /** Who is asked, in place of those that routing ranks best. A name may stand twice. */
  readonly models?: readonly string[]
}

/** Asks several at once; the answer that `agree` of them give wins as soon as that is certain. */
export interface ConsensusStrategy {
  readonly kind: 'consensus'
  /** Legs at most; default 3, or as many as there are `models`. */
  readonly copies?: number
  /** Who is asked, in place of those that routing ranks best. A name may stand twice. */
  readonly models?: readonly string[]
  /** Default: more than half of the legs. */
  readonly agree?: number
}

/** How one call is asked of several models at once: each is a leg. */
export type CallStrategy = HedgeStrategy | RaceStrategy | ConsensusStrategy

/** Each leg may be billed. */
export const MAX_LEGS = 10

/** A strategy with its defaults. */
export type LegRule = { readonly legs: number } & (
  | { readonly kind: 'hedge'; readonly afterMs: number }
  | { readonly kind: 'race' }
  | { readonly kind: 'consensus'; readonly agree: number }
)

/** Fills in what a strategy leaves to its defaults. */
export function legRule(strategy: CallStrategy): LegRule {
  switch (strategy.kind) {
    case 'hedge':
      return { kind: 'hedge', legs: strategy.copies ?? 2, afterMs: strategy.afterMs ?? 2000 }
    case 'race':
      return { kind: 'race', legs: legCount(strategy, 2) }
    case 'consensus': {
      const legs = legCount(strategy, 3)
      return { kind: 'consensus', legs, agree: strategy.agree ?? Math.floor(legs / 2) + 1 }
    }
  }
}

/** The models that a strategy names; `undefined` where routing chooses them. */
export function namedModels(strategy: CallStrategy): readonly string[] | undefined {
  return strategy.kind === 'hedge' ? undefined : strategy.models
}

/** Says what of a strategy does not fit together, or nothing. */
export function strategyProblem(strategy: CallStrategy): string | undefined {
  const models = namedModels(strategy)
  if (models !== undefined && strategy.copies !== undefined) return 'must have either copies or models'
  const rule = legRule(strategy)
  if (rule.kind !== 'consensus' || rule.agree <= rule.legs) return undefined
  return `wants ${rule.agree} legs to agree, but asks ${rule.legs}`
}

/** A strategy in a few words: `race of 3`. */
export function describeRule(rule: LegRule): string {
  switch (rule.kind) {
    case 'hedge':
      return `hedge of ${rule.legs}, the next after ${rule.afterMs / 1000} s`
    case 'race':
      return `race of ${rule.legs}`
    case 'consensus':
      return `consensus, ${rule.agree} of ${rule.legs}`
  }
}

function legCount({ copies, models }: RaceStrategy | ConsensusStrategy, standard: number): number {
  return models?.length ?? copies ?? standard
}
