import { simpleUsage } from '../../domain/usage.ts'
import { ProviderError } from '../provider-error.ts'
import type { ResolvedMessage } from '../../domain/message.ts'
import type { GenerateOptions, ModelProvider, ProviderRequest, ProviderResult } from '../model-provider.ts'
import type { ChatTurn } from './protocol.ts'
import type { HostAnswer, HostRequest, ModelHost } from './model-host.ts'

export interface LocalProviderOptions {
  readonly name: string
  /** The host that has the model loaded on this machine, if there is one. */
  readonly host: (providerModel: string) => Pick<ModelHost, 'generate'> | undefined
}

/** A provider that generates with the models loaded on this machine. Its usage figures are exact. */
export function createLocalProvider({ name, host }: LocalProviderOptions): ModelProvider {
  return {
    name,
    generate: async (request, options) => {
      const found = host(request.providerModel)
      if (found === undefined) {
        throw new ProviderError(
          'unavailable',
          `the model ${request.providerModel} is not loaded on this machine; load it before sending requests to it`,
        )
      }
      return toResult(request, await found.generate(toHostRequest(request), hostOptions(options)))
    },
  }
}

function hostOptions({ signal, timeoutMs, onDelta }: GenerateOptions): Parameters<ModelHost['generate']>[1] {
  return { signal, timeoutMs, ...(onDelta === undefined ? {} : { onDelta }) }
}

function toHostRequest(request: ProviderRequest): HostRequest {
  const { tools = [], toolChoice, maxOutputTokens, temperature, seed, stop, responseFormat } = request
  if (tools.length > 0 && toolChoice !== 'none') throw unsupported('tools')
  return {
    messages: request.messages.map(toChatTurn),
    maxOutputTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined ? {} : { stop }),
    ...(responseFormat === undefined ? {} : { responseFormat }),
  }
}

function toChatTurn({ role, parts, toolCalls = [] }: ResolvedMessage): ChatTurn {
  if (role === 'tool' || toolCalls.length > 0) throw unsupported('tool calls')
  const texts = parts.map((part) => {
    if (part.type === 'image') throw unsupported('images')
    return part.text
  })
  return { role, text: texts.join('') }
}

function unsupported(what: string): ProviderError {
  return new ProviderError('bad-request', `models of the local provider take no ${what}`)
}

function toResult({ providerModel }: ProviderRequest, answer: HostAnswer): ProviderResult {
  const { figures, seed, queuedMs, timeToFirstTokenMs, latencyMs } = answer
  return {
    content: answer.text,
    toolCalls: [],
    finishReason: answer.finishReason,
    usage: simpleUsage(figures.promptTokens, figures.outputTokens),
    rawUsage: { ...figures, memory: { ...figures.memory }, seed, queuedMs },
    providerModel,
    timings: { latencyMs, timeToFirstTokenMs },
  }
}
