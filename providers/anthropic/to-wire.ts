import type { Anthropic } from '@anthropic-ai/sdk'
import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema'
import type { JsonObject } from '../../domain/json.ts'
import type { ResponseFormat, ToolChoice, ToolDefinition } from '../../domain/message.ts'
import type { ProviderRequest } from '../model-provider.ts'
import { ProviderError } from '../provider-error.ts'
import { toAnthropicMessages, toSystemPrompt } from './to-wire-messages.ts'

type Body = Omit<Anthropic.MessageCreateParamsNonStreaming, 'stream'>

/** This API has no mode for "any JSON object". */
const JSON_INSTRUCTION = 'Answer with one JSON object and nothing else: no introduction, no code fence.'

/**
 * The request in Anthropic's words. `temperature` and `seed` are not sent: today's models answer 400 to the first
 * and know nothing of the second. `numbered-lines` is asked for by the prompt alone.
 * @throws ProviderError `bad-request` for what the API has no place for
 */
export function toAnthropicBody(request: ProviderRequest): Body {
  const { stop, responseFormat, tools, toolChoice } = request
  const system = toSystem(request)
  return {
    model: request.providerModel,
    max_tokens: request.maxOutputTokens,
    messages: toAnthropicMessages(request.messages),
    ...(system === undefined ? {} : { system }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop_sequences: [...stop] }),
    ...(responseFormat?.type === 'json-schema'
      ? { output_config: { format: toOutputFormat(responseFormat) } }
      : {}),
    ...(tools === undefined || tools.length === 0 ? {} : toTools(tools, toolChoice)),
  }
}

function toSystem({ messages, responseFormat }: ProviderRequest): string | undefined {
  const system = toSystemPrompt(messages)
  if (responseFormat?.type !== 'json') return system
  return system === undefined ? JSON_INSTRUCTION : `${system}\n\n${JSON_INSTRUCTION}`
}

function toOutputFormat({ name, schema }: Extract<ResponseFormat, { type: 'json-schema' }>) {
  try {
    // The API enforces a subset of JSON schema; the SDK turns the rest into descriptions.
    return { type: 'json_schema' as const, schema: transformJSONSchema(schema) }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ProviderError('bad-request', `the JSON schema ${name} cannot be sent to Anthropic: ${reason}`, {
      cause,
    })
  }
}

function toTools(tools: readonly ToolDefinition[], choice: ToolChoice | undefined): Partial<Body> {
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      name,
      ...(description === undefined ? {} : { description }),
      input_schema: toInputSchema(parameters),
    })),
    ...(choice === undefined ? {} : { tool_choice: toToolChoice(choice) }),
  }
}

/** Parameters are an object by definition; the API wants that said. */
function toInputSchema(parameters: JsonObject): Anthropic.Tool.InputSchema {
  return { ...parameters, type: 'object' }
}

function toToolChoice(choice: ToolChoice): Anthropic.ToolChoice {
  if (typeof choice !== 'string') return { type: 'tool', name: choice.name }
  return { type: choice === 'required' ? 'any' : choice }
}
