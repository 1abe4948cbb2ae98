/** What one unit says: a session, a user or a request, whichever the variants were dealt to. Its first value counts. */
export interface ExperimentUnit {
  /** What it was assigned to. */
  readonly variant: string
  readonly value: number
}

/** Two variants that are compared. */
export interface Pair {
  readonly control: string
  readonly variant: string
  /** P(variant), given that a unit is one of the two: 0 to 1, fixed for the whole experiment. */
  readonly weight: number
}

/**
 * One score for each unit of a pair, in their order, whose mean is the effect (the variant's mean minus the control's):
 *
 *     phi_i = (Y_i - c_i) (A_i / w - (1 - A_i) / (1 - w))
 *
 * with A_i = 1 for the variant's and c_i a guess from the units before i: the inverse-propensity score with a baseline, as
 * in Waudby-Smith, Wu, Ramdas, Karampatziakis and Mineiro, "Anytime-valid off-policy inference for contextual
 * bandits" (ACM/IMS J. Data Science 2024, arXiv 2210.10768). Only the assignment is taken to be random, so the score is
 * unbiased whatever the values do over time; the better the guess, the smaller its variance.
 * @param firstGuess for the first unit; without one, the first unit only serves as the guess for the second
 */
export function contrastScores(
  units: readonly ExperimentUnit[],
  { control, variant, weight }: Pair,
  firstGuess?: number,
): readonly number[] {
  const scores: number[] = []
  let [sum, count] = firstGuess === undefined ? [0, 0] : [firstGuess, 1]
  for (const unit of units) {
    if (unit.variant !== control && unit.variant !== variant) continue
    if (count > 0) {
      const aside = unit.value - sum / count
      scores.push(unit.variant === variant ? aside / weight : -aside / (1 - weight))
    }
    sum += unit.value
    count++
  }
  return scores
}

/** The largest that a score can be, either way, where values lie from 0 to 1. */
export function contrastBound(weight: number): number {
  return 1 / Math.min(weight, 1 - weight)
}
