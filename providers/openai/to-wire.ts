import type { OpenAI } from 'openai'
import type { ResponseFormat, ToolChoice, ToolDefinition } from '../../domain/message.ts'
import type { ProviderRequest } from '../model-provider.ts'
import { isStrictSchema } from './strict-schema.ts'
import { toOpenAiMessages } from './to-wire-messages.ts'

/** `openai`: the vendor itself. `compatible`: a host that speaks its older, smaller form of the API. */
export type OpenAiDialect = 'openai' | 'compatible'

type Body = Omit<OpenAI.Chat.ChatCompletionCreateParamsNonStreaming, 'stream'>

/**
 * The request in OpenAI's words. `numbered-lines` has no place in this API: the prompt alone asks for it.
 * @throws ProviderError `bad-request` for what the API has no place for
 */
export function toOpenAiBody(request: ProviderRequest, dialect: OpenAiDialect): Body {
  const { temperature, seed, stop, responseFormat, tools, toolChoice, maxOutputTokens } = request
  const format = toResponseFormat(responseFormat)
  return {
    model: request.providerModel,
    messages: toOpenAiMessages(request.messages, responseFormat?.type === 'json'),
    // Reasoning models refuse `max_tokens`; many other hosts know nothing else.
    ...(dialect === 'openai' ? { max_completion_tokens: maxOutputTokens } : { max_tokens: maxOutputTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop: [...stop] }),
    ...(format === undefined ? {} : { response_format: format }),
    ...(tools === undefined || tools.length === 0 ? {} : toTools(tools, toolChoice)),
  }
}

function toResponseFormat(format: ResponseFormat | undefined): Body['response_format'] {
  if (format?.type === 'json') return { type: 'json_object' }
  if (format?.type !== 'json-schema') return undefined
  return {
    type: 'json_schema',
    json_schema: {
      // The API takes no other characters.
      name: format.name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64),
      schema: { ...format.schema },
      strict: isStrictSchema(format.schema),
    },
  }
}

function toTools(tools: readonly ToolDefinition[], choice: ToolChoice | undefined): Partial<Body> {
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      type: 'function',
      function: {
        name,
        parameters: { ...parameters },
        ...(description === undefined ? {} : { description }),
      },
    })),
    ...(choice === undefined
      ? {}
      : {
          tool_choice:
            typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } },
        }),
  }
}
