import type { ControlledEvaluateInputItem, LlamaContextSequence, LlamaModel } from 'node-llama-cpp'
import type { TextScore } from '../protocol.ts'

/** Tokens whose successors are looked at in one evaluation. */
const CHUNK_TOKENS = 32

/**
 * How likely the model finds a text, by its own raw distribution: for each token the logarithm of softmax(logits) at the token
 * that follows. What perplexity is made of: exp(-logLikelihood / tokens).
 * @throws Error when it has fewer than two tokens, or more than the context holds
 */
export async function scoreText(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  text: string,
): Promise<TextScore> {
  const tokens = model.tokenize(text)
  if (tokens.length < 2) throw new Error('a text of fewer than two tokens cannot be scored')
  if (tokens.length > sequence.contextSize) {
    throw new Error(`the text has ${tokens.length} tokens, and a slot holds ${sequence.contextSize}`)
  }
  await sequence.clearHistory()
  let logLikelihood = 0
  for (let from = 0; from < tokens.length - 1; from += CHUNK_TOKENS) {
    const to = Math.min(tokens.length - 1, from + CHUNK_TOKENS)
    const following = tokens.slice(from + 1, to + 1)
    const items = tokens.slice(from, to).map((token, index): ControlledEvaluateInputItem => {
      const next = following[index]
      return [
        token,
        {
          generateNext: {
            logits: { filter: { tokens: next === undefined ? [] : [next], includeMax: true } },
            totalLogitWeight: true,
          },
        },
      ]
    })
    // oxlint-disable-next-line no-await-in-loop -- each part needs the state that the one before it leaves
    const outputs = await sequence.controlledEvaluate(items)
    logLikelihood += following.reduce((sum, token, index) => {
      const { logits, totalLogitWeight } = outputs[index]?.next ?? {}
      const logit = logits?.get(token)
      if (logits === undefined || logit === undefined || totalLogitWeight === undefined) {
        throw new Error('the engine gave no logits')
      }
      return sum + logit - Math.max(...logits.values()) - Math.log(totalLogitWeight)
    }, 0)
  }
  return { tokens: tokens.length - 1, logLikelihood }
}
