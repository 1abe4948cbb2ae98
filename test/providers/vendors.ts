import { createAnthropicProvider } from '../../providers/anthropic/provider.ts'
import type { ModelProvider } from '../../providers/model-provider.ts'
import { createOpenAiProvider } from '../../providers/openai/provider.ts'
import { textEvents, textMessage } from '../fixtures/providers/anthropic.ts'
import { textChunks, textCompletion } from '../fixtures/providers/openai.ts'
import { anthropicEvents, openAiEvents } from './mock-vendor.ts'

/** What a test needs to try the same thing with each vendor's adapter. */
export interface Vendor {
  readonly name: string
  connect(url: string): ModelProvider
  readonly answer: object
  /** A whole streamed answer. */
  readonly events: string
  /** The beginning of it, up to the first text. */
  readonly firstEvents: string
  /** The beginning of it, up to the point where only the closing event lacks. */
  readonly eventsWithoutEnd: string
  /** An error that comes inside a stream. */
  readonly errorEvent: string
}

export const VENDORS: readonly Vendor[] = [
  {
    name: 'openai',
    connect: (url) =>
      createOpenAiProvider({
        name: 'openai',
        apiKey: 'secret-key',
        apiKeyVariable: 'OPENAI_API_KEY',
        baseUrl: `${url}/v1`,
        dialect: 'openai',
      }),
    answer: textCompletion,
    events: openAiEvents(textChunks),
    firstEvents: withoutDone(openAiEvents(textChunks.slice(0, 2))),
    eventsWithoutEnd: withoutDone(openAiEvents(textChunks.slice(0, -1))),
    errorEvent: `data: {"error":{"message":"Overloaded","type":"server_error","code":null}}\n\n`,
  },
  {
    name: 'anthropic',
    connect: (url) =>
      createAnthropicProvider({
        name: 'anthropic',
        apiKey: 'secret-key',
        apiKeyVariable: 'ANTHROPIC_API_KEY',
        baseUrl: url,
      }),
    answer: textMessage,
    events: anthropicEvents(textEvents),
    firstEvents: anthropicEvents(textEvents.slice(0, 3)),
    eventsWithoutEnd: anthropicEvents(textEvents.slice(0, -1)),
    errorEvent: `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`,
  },
]

function withoutDone(events: string): string {
  return events.replace('data: [DONE]\n\n', '')
}
