import { z } from 'zod'
import type { JsonObject, JsonValue } from '../../domain/json.ts'
import {
  type ReplyEvents,
  type SimulatedReply,
  type SimulatedRequest,
  simulatedTokens,
  type Surface,
  TOKENS_PER_IMAGE,
  TOKENS_PER_MESSAGE,
  toPieces,
} from './surface.ts'

const jsonObject = z.record(z.string(), z.json())
const block = z.object({
  type: z.string(),
  text: z.string().optional(),
  content: z.union([z.string(), z.array(z.object({ text: z.string().optional() }))]).optional(),
})
const blocks = z.union([z.string(), z.array(block)])
const bodySchema = z.object({
  model: z.string(),
  max_tokens: z.number().positive(),
  messages: z.array(z.object({ role: z.string(), content: blocks })).min(1),
  system: blocks.optional(),
  stream: z.boolean().optional(),
  output_config: z.object({ format: z.object({ schema: jsonObject.optional() }).nullish() }).optional(),
  tools: z.array(z.object({ name: z.string(), input_schema: jsonObject.optional() })).optional(),
  tool_choice: z.object({ type: z.string(), name: z.string().optional() }).optional(),
})
type Body = z.infer<typeof bodySchema>
type Blocks = z.infer<typeof blocks>

/** Anthropic's messages. */
export const anthropicSurface: Surface = {
  name: 'anthropic',
  readRequest: (received) => toRequest(bodySchema.parse(received)),
  answer: (request, reply) => ({
    ...envelope(request, reply),
    content: reply.finish === 'refusal' ? [] : [toBlock(reply)],
    ...stop(reply),
    usage: toUsage(reply, reply.outputTokens),
  }),
  events: toEvents,
  error: ({ message, anthropicType }) => ({
    type: 'error',
    error: { type: anthropicType, message },
    request_id: null,
  }),
}

function toRequest(body: Body): SimulatedRequest {
  const tools = (body.tools ?? []).map(({ name, input_schema }) => ({ name, parameters: input_schema ?? {} }))
  const choice = body.tool_choice
  const forcedTool = choice?.type === 'any' ? tools[0]?.name : choice?.name
  const schema = body.output_config?.format?.schema
  const turns = [
    ...(body.system === undefined ? [] : [body.system]),
    ...body.messages.map(({ content }) => content),
  ]
  return {
    model: body.model,
    stream: body.stream ?? false,
    streamUsage: true,
    maxOutputTokens: body.max_tokens,
    inputTokens: turns.reduce((sum, content) => sum + tokensOf(content) + TOKENS_PER_MESSAGE, 0),
    lastUserText: textOf(body.messages.findLast(({ role }) => role === 'user')?.content ?? ''),
    tools,
    ...(schema === undefined ? {} : { schema }),
    ...(forcedTool === undefined ? {} : { forcedTool }),
  }
}

function textOf(content: Blocks): string {
  if (typeof content === 'string') return content
  return content.map(({ text, content: inner }) => text ?? innerText(inner)).join('')
}

function innerText(content: z.infer<typeof block>['content']): string {
  if (typeof content === 'string') return content
  return (content ?? []).map(({ text }) => text ?? '').join('')
}

function tokensOf(content: Blocks): number {
  const images = typeof content === 'string' ? 0 : content.filter(({ type }) => type === 'image').length
  return simulatedTokens(textOf(content)) + images * TOKENS_PER_IMAGE
}

function envelope(request: SimulatedRequest, reply: SimulatedReply): JsonObject {
  return { id: `msg_sim_${reply.id}`, type: 'message', role: 'assistant', model: request.model }
}

function toBlock(reply: SimulatedReply): JsonObject {
  if (reply.finish !== 'tool') return { type: 'text', text: reply.text, citations: null }
  return { ...toolUseStart(reply), input: parseJson(reply.text) }
}

function parseJson(text: string): JsonValue {
  return z.json().parse(JSON.parse(text))
}

function toolUseStart(reply: SimulatedReply): JsonObject {
  return { type: 'tool_use', id: `toolu_sim_${reply.id}`, name: reply.toolName, caller: { type: 'direct' } }
}

const STOP_REASONS = { stop: 'end_turn', length: 'max_tokens', tool: 'tool_use', refusal: 'refusal' } as const

function stop(reply: SimulatedReply): JsonObject {
  const details = { type: 'refusal', category: null, explanation: reply.text }
  return {
    stop_reason: STOP_REASONS[reply.finish],
    stop_sequence: null,
    stop_details: reply.finish === 'refusal' ? details : null,
  }
}

function toUsage({ inputTokens }: SimulatedReply, outputTokens: number): JsonObject {
  return {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
  }
}

function toEvents(request: SimulatedRequest, reply: SimulatedReply): ReplyEvents {
  const isTool = reply.finish === 'tool'
  const started = {
    ...envelope(request, reply),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
  }
  const content_block = isTool
    ? { ...toolUseStart(reply), input: {} }
    : { type: 'text', text: '', citations: null }
  const toDelta = (text: string): JsonObject =>
    isTool ? { type: 'input_json_delta', partial_json: text } : { type: 'text_delta', text }
  const pieces = reply.finish === 'refusal' ? [] : toPieces(reply.text)
  return {
    head: [
      event('message_start', { message: { ...started, usage: toUsage(reply, 1) } }),
      event('content_block_start', { index: 0, content_block }),
      event('ping', {}),
    ],
    pieces: pieces.map((text) => event('content_block_delta', { index: 0, delta: toDelta(text) })),
    tail: [
      event('content_block_stop', { index: 0 }),
      event('message_delta', { delta: stop(reply), usage: toUsage(reply, reply.outputTokens) }),
      event('message_stop', {}),
    ],
  }
}

function event(type: string, data: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
}
