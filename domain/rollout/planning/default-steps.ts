import type { Advance, RolloutStep, StrategyName } from '../strategy.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

const ROLLING_STEPS = 10

/** How a strategy's own steps are shaped. */
export interface StepSettings {
  /** Canary: the first share; default 5, the most that is allowed. */
  readonly startPercent: number
  /** Canary: by how much it grows a step; default 10. */
  readonly stepPercent: number
  /** Where it ends; default 100. */
  readonly targetPercent: number
  /** Shadow and blue-green: the share that is mirrored; default 10. */
  readonly mirrorPercent: number
  /** How long the first step and each later one is observed, in milliseconds. */
  readonly observeMs: number
  readonly stepMs: number
  readonly advance: Advance
  /** How much longer than that a step may take. */
  readonly deadlineMs: number
}

export const LARGEST_START_PERCENT = 5

const SETTINGS: StepSettings = {
  startPercent: LARGEST_START_PERCENT,
  stepPercent: 10,
  targetPercent: 100,
  mirrorPercent: 10,
  observeMs: 5 * MINUTE_MS,
  stepMs: MINUTE_MS,
  advance: 'time',
  deadlineMs: HOUR_MS,
}

/** How a strategy's steps are shaped when nobody says otherwise. */
export const DEFAULT_SETTINGS: Readonly<Record<StrategyName, StepSettings>> = {
  canary: SETTINGS,
  rolling: {
    ...SETTINGS,
    stepPercent: 100 / ROLLING_STEPS,
    observeMs: 30 * SECOND_MS,
    stepMs: 30 * SECOND_MS,
  },
  'blue-green': { ...SETTINGS, advance: 'evidence' },
  shadow: { ...SETTINGS, targetPercent: 0, advance: 'evidence' },
}

/** How long the old version stays loaded after the new one got everything. */
export const KEEP_OLD_MS: Readonly<Record<StrategyName, number>> = {
  canary: 10 * MINUTE_MS,
  rolling: 5 * MINUTE_MS,
  'blue-green': 30 * MINUTE_MS,
  shadow: 0,
}

/** The steps of a strategy. */
export function stepsOf(strategy: StrategyName, settings: StepSettings): readonly RolloutStep[] {
  return BUILDERS[strategy](settings)
}

const BUILDERS: Readonly<Record<StrategyName, (settings: StepSettings) => readonly RolloutStep[]>> = {
  canary: (settings) => ramp(settings.startPercent, settings),
  rolling: (settings) => ramp(settings.stepPercent, settings),
  // Mirrored requests are the only evidence that there can be before all traffic moves at once.
  'blue-green': (settings) => [mirrored(settings), step(settings.targetPercent, settings)],
  shadow: (settings) => [mirrored(settings)],
}

function ramp(firstPercent: number, settings: StepSettings): readonly RolloutStep[] {
  const { stepPercent, targetPercent } = settings
  const first = Math.min(firstPercent, targetPercent)
  const steps = [{ ...step(first, settings), observeMs: settings.observeMs }]
  // Counted, not added up: ten tenths are 100.
  for (let count = 1; first + (count - 1) * stepPercent < targetPercent; count++)
    steps.push(step(Math.min(first + count * stepPercent, targetPercent), settings))
  return steps
}

function mirrored(settings: StepSettings): RolloutStep {
  const { mirrorPercent, observeMs } = settings
  return { ...step(0, settings), name: `mirror ${mirrorPercent} %`, mirrorPercent, observeMs }
}

function step(canaryPercent: number, { stepMs, advance, deadlineMs }: StepSettings): RolloutStep {
  return {
    name: `${canaryPercent} %`,
    canaryPercent,
    mirrorPercent: 0,
    observeMs: stepMs,
    advance,
    deadlineMs,
  }
}
