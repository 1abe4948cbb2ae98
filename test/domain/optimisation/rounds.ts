import type { MeasuredRound, Measurement } from '../../../domain/optimisation/measurement.ts'
import type { Trial, TrialRules } from '../../../domain/optimisation/decide-trial.ts'

export const RULES: TrialRules = {
  minimumGain: 0.05,
  confidence: 0.95,
  bounds: { timeToFirstTokenMs: 1_000, timePerTokenMs: 100 },
}

export function measured(name: string, changes: Partial<MeasuredRound> = {}): MeasuredRound {
  return {
    status: 'measured',
    name,
    tokensPerSecond: 100,
    coldFirstTokenMs: 50,
    warmFirstTokenMs: 40,
    firstTokenMs: [100, 110, 120],
    perTokenMs: [10, 11, 12],
    unfinished: 0,
    startMs: 500,
    memoryBytes: 1_000,
    ...changes,
  }
}

export function failed(name: string, reason: string): Measurement {
  return { status: 'failed', name, reason }
}

/** A trial of six rounds; each setting says what it did in a round. */
export function trial(
  settings: Readonly<Record<string, (round: number) => Measurement>>,
  changes: Partial<Trial> = {},
): Trial {
  const [baseline = '', ...candidates] = Object.keys(settings)
  const rounds = Array.from({ length: 6 }, (_, round) =>
    Object.values(settings).map((measure) => measure(round)),
  )
  return { goal: 'throughput', baseline, candidates, rounds, ...changes }
}
