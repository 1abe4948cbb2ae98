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
const part = z.object({ type: z.string(), text: z.string().optional() })
const bodySchema = z.object({
  model: z.string(),
  messages: z
    .array(z.object({ role: z.string(), content: z.union([z.string(), z.array(part)]).nullish() }))
    .min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.number().positive().nullish(),
  max_completion_tokens: z.number().positive().nullish(),
  response_format: z
    .object({ type: z.string(), json_schema: z.object({ schema: jsonObject.optional() }).optional() })
    .nullish(),
  tools: z
    .array(z.object({ function: z.object({ name: z.string(), parameters: jsonObject.optional() }) }))
    .nullish(),
  tool_choice: z.union([z.string(), z.object({ function: z.object({ name: z.string() }) })]).nullish(),
})
type Body = z.infer<typeof bodySchema>
type WireContent = Body['messages'][number]['content']

/** OpenAI's chat completions. */
export const openAiSurface: Surface = {
  name: 'openai',
  readRequest: (received) => toRequest(bodySchema.parse(received)),
  answer: (request, reply) => ({
    ...envelope(request, reply, 'chat.completion'),
    choices: [{ index: 0, message: toMessage(reply), logprobs: null, finish_reason: finishReason(reply) }],
    usage: toUsage(reply),
  }),
  events: toEvents,
  error: ({ message, openAi }) => ({ error: { message, param: null, ...openAi } }),
}

function toRequest(body: Body): SimulatedRequest {
  const tools = (body.tools ?? []).map(({ function: { name, parameters } }) => ({
    name,
    parameters: parameters ?? {},
  }))
  const forcedTool =
    typeof body.tool_choice === 'object'
      ? body.tool_choice?.function.name
      : requiredTool(body, tools[0]?.name)
  const format = body.response_format
  const schema = format?.type === 'json_object' ? {} : format?.json_schema?.schema
  return {
    model: body.model,
    stream: body.stream ?? false,
    streamUsage: body.stream_options?.include_usage ?? false,
    maxOutputTokens: body.max_completion_tokens ?? body.max_tokens ?? 4096,
    inputTokens: body.messages.reduce((sum, { content }) => sum + tokensOf(content) + TOKENS_PER_MESSAGE, 0),
    lastUserText: textOf(body.messages.findLast(({ role }) => role === 'user')?.content),
    tools,
    ...(schema === undefined ? {} : { schema }),
    ...(forcedTool === undefined ? {} : { forcedTool }),
  }
}

function requiredTool(body: Body, first: string | undefined): string | undefined {
  return body.tool_choice === 'required' ? first : undefined
}

function textOf(content: WireContent): string {
  if (typeof content === 'string') return content
  return (content ?? []).map(({ text }) => text ?? '').join('')
}

function tokensOf(content: WireContent): number {
  const images = Array.isArray(content) ? content.filter(({ type }) => type === 'image_url').length : 0
  return simulatedTokens(textOf(content)) + images * TOKENS_PER_IMAGE
}

function envelope(request: SimulatedRequest, reply: SimulatedReply, object: string): JsonObject {
  const created = Math.floor(Date.now() / 1000)
  return {
    id: `chatcmpl-sim-${reply.id}`,
    object,
    created,
    model: request.model,
    system_fingerprint: 'simulated',
  }
}

function toMessage(reply: SimulatedReply): JsonObject {
  const base = { role: 'assistant', content: null, refusal: null }
  if (reply.finish === 'refusal') return { ...base, refusal: reply.text }
  if (reply.finish !== 'tool') return { ...base, content: reply.text }
  return {
    ...base,
    tool_calls: [{ ...toolCallStart(reply), function: { name: reply.toolName, arguments: reply.text } }],
  }
}

function toolCallStart(reply: SimulatedReply): JsonObject {
  return { id: `call_sim_${reply.id}`, type: 'function' }
}

function finishReason({ finish }: SimulatedReply): string {
  if (finish === 'tool') return 'tool_calls'
  return finish === 'refusal' ? 'stop' : finish
}

function toUsage({ inputTokens, outputTokens }: SimulatedReply): JsonObject {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  }
}

function toEvents(request: SimulatedRequest, reply: SimulatedReply): ReplyEvents {
  const base = envelope(request, reply, 'chat.completion.chunk')
  const chunk = (delta: JsonObject, finish: string | null = null): string =>
    event({ ...base, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })
  const call = { index: 0, ...toolCallStart(reply), function: { name: reply.toolName, arguments: '' } }
  const start =
    reply.finish === 'tool' ? { role: 'assistant', tool_calls: [call] } : { role: 'assistant', content: '' }
  const usage = request.streamUsage ? [event({ ...base, choices: [], usage: toUsage(reply) })] : []
  return {
    head: [chunk(start)],
    pieces: toPieces(reply.text).map((text) => chunk(toDelta(reply, text))),
    tail: [chunk({}, finishReason(reply)), ...usage, 'data: [DONE]\n\n'],
  }
}

function toDelta({ finish }: SimulatedReply, text: string): JsonObject {
  if (finish === 'refusal') return { refusal: text }
  return finish === 'tool' ? { tool_calls: [{ index: 0, function: { arguments: text } }] } : { content: text }
}

function event(data: JsonValue): string {
  return `data: ${JSON.stringify(data)}\n\n`
}
