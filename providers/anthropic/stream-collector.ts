import type { JsonObject } from '../../domain/json.ts'
import type { CallClock } from '../http/call-clock.ts'
import type { MessageParts } from './from-wire.ts'
import { type AnswerBlock, type StopDetails, streamEventSchema } from './wire-schemas.ts'

interface ToolCallDraft {
  readonly id: string
  readonly name: string
  argumentsJson: string
}

/** Puts a streamed answer together. */
export interface StreamCollector {
  /** @throws ZodError when the event is none of the Messages API */
  add(event: unknown): void
  /** The whole answer; `undefined` when the stream broke off before its end. */
  parts(): MessageParts | undefined
}

/** @param onDelta receives the visible text as it comes */
export function createStreamCollector(clock: CallClock, onDelta: (text: string) => void): StreamCollector {
  const drafts = new Map<number, ToolCallDraft>()
  let content = ''
  let model = ''
  let usage: JsonObject = {}
  let stop: { readonly reason: string | undefined; readonly details: StopDetails } | undefined
  let ended = false

  const addText = (text: string): void => {
    if (text === '') return
    content += text
    onDelta(text)
  }
  const startBlock = (index: number, block: AnswerBlock): void => {
    if (block.type === 'text') addText(block.text)
    if (block.type === 'tool_use') drafts.set(index, { id: block.id, name: block.name, argumentsJson: '' })
  }
  const addArguments = (index: number, json: string): void => {
    const draft = drafts.get(index)
    if (draft !== undefined) draft.argumentsJson += json
  }

  return {
    add: (received) => {
      const event = streamEventSchema.parse(received)
      if (event.type === 'message_start') {
        model = event.message.model
        usage = event.message.usage
      } else if (event.type === 'content_block_start') {
        clock.markToken()
        startBlock(event.index, event.content_block)
      } else if (event.type === 'content_block_delta') {
        clock.markToken()
        if (event.delta.type === 'text_delta') addText(event.delta.text)
        if (event.delta.type === 'input_json_delta') addArguments(event.index, event.delta.partial_json)
      } else if (event.type === 'message_delta') {
        // Its counts are running totals; those it leaves out or sets to null hold from the start.
        usage = { ...usage, ...withoutNulls(event.usage) }
        stop = { reason: event.delta.stop_reason ?? undefined, details: event.delta.stop_details }
      } else if (event.type === 'message_stop') {
        ended = true
      }
    },
    parts: () => {
      if (!ended || stop === undefined) return undefined
      const toolCalls = [...drafts.values()].map((draft) => ({
        ...draft,
        // A tool without parameters gets no piece of arguments at all.
        argumentsJson: draft.argumentsJson === '' ? '{}' : draft.argumentsJson,
      }))
      return { model, content, toolCalls, usage, stopReason: stop.reason, stopDetails: stop.details }
    },
  }
}

function withoutNulls(usage: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(usage).filter(([, count]) => count !== null))
}
