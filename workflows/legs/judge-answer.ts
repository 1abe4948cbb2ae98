import { type AnswerVerdict } from '../../domain/legs/legs.ts'
import type { LegRule } from '../../domain/legs/strategy.ts'
import type { ModelAnswer, ModelRequest } from '../../domain/model-request.ts'
import { answers } from '../activity-proxies.ts'
import { excerptOf } from '../../domain/consensus/normalise-answer.ts'

/** What an answer is worth, and how it begins where that was looked at. */
export interface JudgedAnswer {
  readonly verdict: AnswerVerdict
  readonly excerpt?: string
}

/** Looks at an answer no closer than the rule and the response format need: its text may be stored elsewhere. */
export async function judgeAnswer(
  answer: ModelAnswer,
  rule: LegRule,
  { responseFormat }: Pick<ModelRequest, 'responseFormat'>,
): Promise<JudgedAnswer> {
  const { content, toolCalls, finishReason, refusal } = answer
  const isCompared = rule.kind === 'consensus'
  if (refusal !== undefined || finishReason === 'refusal' || finishReason === 'content-filter') {
    const excerpt = excerptOf(refusal ?? `stopped by ${finishReason}`)
    return { verdict: { isGood: false }, ...(isCompared ? { excerpt } : {}) }
  }
  const wantsJson = responseFormat?.type === 'json' || responseFormat?.type === 'json-schema'
  if (!isCompared && !wantsJson) return { verdict: { isGood: true } }
  const { fingerprint, isJson, excerpt } = await answers.inspectAnswer({ content, toolCalls })
  // A model that asks for a tool has not answered in any form yet.
  const isGood = !wantsJson || isJson || toolCalls.length > 0
  return {
    verdict: { isGood, ...(isCompared ? { key: fingerprint } : {}) },
    ...(isCompared ? { excerpt } : {}),
  }
}
