import type { StepPlace, StepStage } from '../state.ts'

/** A stage whose clock stood still for `byMs` milliseconds. */
export function shifted(stage: StepStage, byMs: number): StepStage {
  if (stage.phase === 'shifting') return stage
  const at = shiftedPlace(stage.at, byMs)
  if (stage.phase === 'observing') return { ...stage, at }
  return { ...stage, at, deadlineAtMs: stage.deadlineAtMs + byMs }
}

function shiftedPlace(at: StepPlace, byMs: number): StepPlace {
  return { ...at, observeUntilMs: at.observeUntilMs + byMs }
}
