import { LlamaGrammarEvaluationState } from 'node-llama-cpp'
import { ProviderError } from '../../provider-error.ts'
import { createConstraint } from './constraint.ts'
import { createTextStream } from './text-stream.ts'
import type { LlamaContextSequence, LlamaModel, SequenceEvaluateOptions, Token } from 'node-llama-cpp'
import type { Constraint } from './constraint.ts'
import type { GenerationEnd, GenerationOrder, TokenCounts } from '../protocol.ts'
import type { PreparedPrompt } from './chat-prompt.ts'
import { messageOf } from '../../../domain/message-of.ts'

/** What a generation runs on. */
export interface GenerationInput {
  readonly model: LlamaModel
  readonly sequence: LlamaContextSequence
  readonly prompt: PreparedPrompt
  readonly order: GenerationOrder
  /** Prompt tokens computed between two looks at `isCancelled`: the engine itself cannot be interrupted. */
  readonly chunkTokens: number
  readonly isCancelled: () => boolean
  readonly onProgress: (counts: TokenCounts) => void
  readonly onText: (text: string) => void
}

export interface GenerationOutcome extends TokenCounts {
  readonly end: GenerationEnd
  readonly prefillMs: number
  readonly decodeMs: number
}

/** Recent tokens that a repeat penalty looks at. */
const PENALISED_TOKENS = 64

/** Runs one generation to its end. It never throws: whatever happened, the counts are exact. */
export async function runGeneration(input: GenerationInput): Promise<GenerationOutcome> {
  const startedAtMs = performance.now()
  const counts = { promptTokens: 0, outputTokens: 0 }
  let prefilledAtMs: number | undefined
  let end: GenerationEnd
  try {
    const constraint = await createConstraint(input.model.llama, input.order.responseFormat)
    await input.sequence.clearHistory()
    const isPrefilled = await prefill(input, counts)
    prefilledAtMs = performance.now()
    end = isPrefilled ? await decode(input, constraint, counts) : { status: 'cancelled' }
  } catch (error) {
    end = { status: 'failed', failure: toFailure(error) }
  }
  const endedAtMs = performance.now()
  const prefillEndMs = prefilledAtMs ?? endedAtMs
  return { ...counts, end, prefillMs: prefillEndMs - startedAtMs, decodeMs: endedAtMs - prefillEndMs }
}

/** Computes all of the prompt but its last token. Returns whether it came to the end. */
async function prefill(input: GenerationInput, counts: Counts): Promise<boolean> {
  const { tokens } = input.prompt
  const last = tokens.length - 1
  while (counts.promptTokens < last) {
    if (input.isCancelled()) return false
    const chunk = tokens.slice(counts.promptTokens, Math.min(last, counts.promptTokens + input.chunkTokens))
    // oxlint-disable-next-line no-await-in-loop -- a chunk needs the state that the one before it leaves
    await input.sequence.evaluateWithoutGeneratingNewTokens(chunk)
    counts.promptTokens += chunk.length
    input.onProgress(counts)
  }
  return !input.isCancelled()
}

async function decode(
  input: GenerationInput,
  constraint: Constraint,
  counts: Counts,
): Promise<GenerationEnd> {
  const { model, order, prompt } = input
  const text = createTextStream<Token>({
    toText: (tokens, previous) => model.detokenize(tokens, false, previous),
    stop: [...order.stop, ...constraint.stop, ...(constraint.grammar === undefined ? prompt.stopTexts : [])],
    onText: input.onText,
  })
  const recent: Token[] = []
  const isEnd = (token: Token): boolean => model.isEogToken(token) || prompt.stopTokens.has(token)
  counts.promptTokens = prompt.tokens.length
  let isStopped = false
  for await (const token of input.sequence.evaluate(
    prompt.tokens.slice(-1),
    samplingOptions(input, constraint, recent),
  )) {
    counts.outputTokens += 1
    input.onProgress(counts)
    isStopped = isEnd(token) || text.push(token)
    if (input.isCancelled()) return { status: 'cancelled' }
    if (isStopped || counts.outputTokens >= order.maxOutputTokens) break
    // A line break made less likely with every line would let lists and paragraphs run on.
    if (token !== model.tokens.nl) recent.push(token)
  }
  return finish(text.end(), isStopped, constraint)
}

function finish(text: string, isStopped: boolean, constraint: Constraint): GenerationEnd {
  const answer = constraint.grammar === undefined ? text : text.trim()
  const fault = constraint.findFault(answer, !isStopped)
  if (fault !== undefined) {
    return { status: 'failed', failure: { kind: 'invalid-response', message: fault } }
  }
  return { status: 'completed', text: answer, finishReason: isStopped ? 'stop' : 'length' }
}

function samplingOptions(
  { model, order }: GenerationInput,
  { grammar, leastRepeatPenalty }: Constraint,
  recent: readonly Token[],
): SequenceEvaluateOptions {
  // What a schema fixes is repeated by right.
  const penalty = leastRepeatPenalty === undefined ? 1 : Math.max(leastRepeatPenalty, order.repeatPenalty)
  return {
    temperature: order.temperature,
    seed: order.seed,
    // The token that ends the answer is counted, as servers do.
    yieldEogToken: true,
    ...(grammar === undefined
      ? {}
      : { grammarEvaluationState: new LlamaGrammarEvaluationState({ model, grammar }) }),
    ...(penalty === 1
      ? {}
      : {
          repeatPenalty: {
            penalty,
            maxPunishTokens: PENALISED_TOKENS,
            punishTokens: () => recent.slice(-PENALISED_TOKENS),
          },
        }),
  }
}

function toFailure(error: unknown): Extract<GenerationEnd, { status: 'failed' }>['failure'] {
  if (error instanceof ProviderError) return error.toFailure()
  const reason = messageOf(error)
  return { kind: 'overloaded', message: `the engine failed: ${reason}` }
}

type Counts = { -readonly [Key in keyof TokenCounts]: TokenCounts[Key] }
