import type { JsonObject, JsonValue } from '../../domain/json.ts'
import type { HttpFault } from './fault.ts'

/** A call, whichever vendor's words it came in. */
export interface SimulatedRequest {
  readonly model: string
  readonly stream: boolean
  /** Whether the stream's usage is wanted: OpenAI sends it on demand. */
  readonly streamUsage: boolean
  readonly maxOutputTokens: number
  readonly inputTokens: number
  /** The text of the last user message, where directives stand. */
  readonly lastUserText: string
  /** Set when the answer must be JSON; `{}` when any object will do. */
  readonly schema?: JsonObject
  readonly tools: readonly SimulatedTool[]
  /** The tool that must be called. */
  readonly forcedTool?: string
}

interface SimulatedTool {
  readonly name: string
  readonly parameters: JsonObject
}

/** An answer before it is put into a vendor's words. */
export interface SimulatedReply {
  readonly id: string
  readonly finish: 'stop' | 'length' | 'tool' | 'refusal'
  /** The answer, the refusal, or the arguments of the tool call. */
  readonly text: string
  /** The tool called, when `finish` is `tool`. */
  readonly toolName?: string
  readonly inputTokens: number
  readonly outputTokens: number
}

/** The server-sent events of one answer, in the order they are sent. */
export interface ReplyEvents {
  readonly head: readonly string[]
  /** The text in pieces. */
  readonly pieces: readonly string[]
  readonly tail: readonly string[]
}

/** One vendor's API. */
export interface Surface {
  readonly name: 'openai' | 'anthropic'
  /** @throws ZodError when the body is no request of this API */
  readRequest(body: unknown): SimulatedRequest
  answer(request: SimulatedRequest, reply: SimulatedReply): JsonValue
  events(request: SimulatedRequest, reply: SimulatedReply): ReplyEvents
  error(fault: HttpFault): JsonValue
}

/** Tokens of a text by the simulation's own measure: four bytes each. */
export function simulatedTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4)
}

/** Tokens that the template adds to each message. */
export const TOKENS_PER_MESSAGE = 4
/** Tokens of one image. */
export const TOKENS_PER_IMAGE = 100

/** At most so many events carry an answer: a token each would only cost time. */
const MOST_PIECES = 16

/** A text in pieces of about equal length. A character cut in two survives: JSON escapes its halves. */
export function toPieces(text: string): readonly string[] {
  const size = Math.max(4, Math.ceil(text.length / MOST_PIECES))
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  )
}
