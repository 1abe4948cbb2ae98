import type { CallEnd } from '../../domain/call-result.ts'
import { type Content, isContentRef } from '../../domain/content-ref.ts'
import type { StepUsage } from '../../domain/plan/task-progress.ts'

export const NOTHING_USED: StepUsage = { attempts: 0, inputTokens: 0, outputTokens: 0, costNanoUsd: 0 }

/** What a call used, for the step it was made for. */
export function usageOf(end: CallEnd, startedAtMs: number): StepUsage {
  const durationMs = Date.now() - startedAtMs
  if (end.status === 'refused') {
    const { attempts, costNanoUsd } = end.refusal
    return { ...NOTHING_USED, attempts: attempts.length, costNanoUsd, durationMs }
  }
  const { model, version, attempts, costNanoUsd, answer } = end.result
  const { inputTokens, outputTokens } = answer.usage
  return { model, version, attempts: attempts.length, inputTokens, outputTokens, costNanoUsd, durationMs }
}

/** Two steps as one: counts add up, the model is the later one's. */
export function sumUsage(left: StepUsage, right: StepUsage): StepUsage {
  return {
    ...left,
    ...right,
    attempts: left.attempts + right.attempts,
    inputTokens: left.inputTokens + right.inputTokens,
    outputTokens: left.outputTokens + right.outputTokens,
    costNanoUsd: left.costNanoUsd + right.costNanoUsd,
    durationMs: (left.durationMs ?? 0) + (right.durationMs ?? 0),
  }
}

/** The text that a call ended with, or why there is none. */
export function readOutput(end: CallEnd): { readonly content: Content } | { readonly failure: string } {
  if (end.status === 'refused') return { failure: end.refusal.reason }
  const { answer, model } = end.result
  if (answer.refusal !== undefined || answer.finishReason === 'refusal') {
    return { failure: `${model} declined: ${answer.refusal ?? 'no reason given'}` }
  }
  const isEmpty = !isContentRef(answer.content) && answer.content.inline.trim() === ''
  return isEmpty ? { failure: `${model} answered nothing` } : { content: answer.content }
}
