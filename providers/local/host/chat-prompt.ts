import { JinjaTemplateChatWrapper, resolveChatWrapper } from 'node-llama-cpp'
import { ProviderError } from '../../provider-error.ts'
import type { ChatHistoryItem, ChatWrapper, LlamaModel, LlamaText, Token } from 'node-llama-cpp'
import type { ChatTurn } from '../protocol.ts'

/** A conversation in the model's own form. */
export interface PreparedPrompt {
  readonly tokens: Token[]
  /** Tokens and texts with which the model marks the end of its turn, besides the end tokens it declares. */
  readonly stopTokens: ReadonlySet<Token>
  readonly stopTexts: readonly string[]
}

/** No tokenizer makes fewer tokens than one per so many characters; longer prompts need not be counted. */
const MOST_CHARACTERS_PER_TOKEN = 512

/** The chat template of the model's family as the engine knows it; the one in the file for other families. */
export function createChatWrapper(model: LlamaModel): ChatWrapper {
  return resolveChatWrapper(model, { warningLogs: false })
}

/** Turns a conversation into tokens. @throws ProviderError of kind `context-too-long` */
export function preparePrompt(
  model: LlamaModel,
  wrapper: ChatWrapper,
  messages: readonly ChatTurn[],
  contextSize: number,
): PreparedPrompt {
  const characters = messages.reduce((total, { text }) => total + text.length, 0)
  if (characters > contextSize * MOST_CHARACTERS_PER_TOKEN) {
    throw new ProviderError(
      'context-too-long',
      `the prompt of ${characters} characters cannot fit into the ${contextSize} tokens of a slot`,
    )
  }
  const { contextText, stopGenerationTriggers } = wrapper.generateContextState({
    chatHistory: toHistory(messages),
  })
  const tokens = contextText.tokenize(model.tokenizer, 'trimLeadingSpace')
  alignFirstToken(model, wrapper, tokens)
  return { tokens, ...toStops(model, stopGenerationTriggers) }
}

/**
 * Makes the prompt begin as the model was trained: the engine's own templates always write the beginning-of-text
 * token, also for models whose file says that there is none, and a template in a file may leave it to the tokenizer.
 */
function alignFirstToken(model: LlamaModel, wrapper: ChatWrapper, tokens: Token[]): void {
  const { bos, shouldPrependBosToken } = model.tokens
  if (bos === null) return
  const isWritten = tokens[0] === bos
  if (shouldPrependBosToken && !isWritten) tokens.unshift(bos)
  if (!shouldPrependBosToken && isWritten && !(wrapper instanceof JinjaTemplateChatWrapper)) tokens.shift()
}

/** Ends with an open turn of the model: a new one, or the one that the caller has begun. */
function toHistory(messages: readonly ChatTurn[]): ChatHistoryItem[] {
  const history = messages.map(toHistoryItem)
  return history.at(-1)?.type === 'model' ? history : [...history, { type: 'model', response: [] }]
}

function toHistoryItem({ role, text }: ChatTurn): ChatHistoryItem {
  if (role === 'assistant') return { type: 'model', response: [text] }
  return { type: role, text }
}

function toStops(
  model: LlamaModel,
  triggers: readonly LlamaText[],
): Pick<PreparedPrompt, 'stopTokens' | 'stopTexts'> {
  const stopTokens = new Set<Token>()
  const stopTexts: string[] = []
  for (const trigger of triggers) {
    const [token, ...others] = trigger.tokenize(model.tokenizer)
    if (token === undefined) continue
    if (others.length === 0 && model.isSpecialToken(token)) stopTokens.add(token)
    else stopTexts.push(trigger.toString())
  }
  return { stopTokens, stopTexts }
}
