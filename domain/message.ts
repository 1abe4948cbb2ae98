import type { Content } from './content-ref.ts'
import type { JsonObject } from './json.ts'

export type Role = 'system' | 'user' | 'assistant' | 'tool'

/** A piece of text. `Text` is `Content` on the wire and `string` once resolved. */
export interface TextPart<Text = Content> {
  readonly type: 'text'
  readonly text: Text
}

/** An image: its bytes in base64 with their media type, or an address that the provider can fetch. */
export interface ImagePart<Text = Content> {
  readonly type: 'image'
  readonly mediaType?: string
  /** Base64 of the image's bytes. */
  readonly data?: Text
  readonly url?: string
}

export type MessagePart<Text = Content> = TextPart<Text> | ImagePart<Text>

/** A call of a tool that the model asks for. */
export interface ToolCall {
  readonly id: string
  readonly name: string
  /** The arguments as the model wrote them: JSON text, not yet checked. */
  readonly argumentsJson: string
}

/** One turn of a conversation. `Text` is `Content` on the wire and `string` once resolved. */
export interface Message<Text = Content> {
  readonly role: Role
  readonly parts: readonly MessagePart<Text>[]
  /** Tools the assistant asked for in this turn. */
  readonly toolCalls?: readonly ToolCall[]
  /** For role `tool`: the call that this message answers. */
  readonly toolCallId?: string
}

/** A message whose text is at hand. */
export type ResolvedMessage = Message<string>

/** A tool that the model may call; `parameters` is a JSON schema. */
export interface ToolDefinition {
  readonly name: string
  readonly description?: string
  readonly parameters: JsonObject
}

export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string }

/** The shape that the answer must have. */
export type ResponseFormat =
  | { readonly type: 'text' }
  /** Any JSON object. */
  | { readonly type: 'json' }
  /** JSON that satisfies `schema`. */
  | { readonly type: 'json-schema'; readonly name: string; readonly schema: JsonObject }
  /**
   * A list `1. … 2. …` of exactly `count` lines, for models too small to fill a schema. A local model is
   * held to it by a grammar; other providers are asked for it by the prompt alone.
   */
  | {
      readonly type: 'numbered-lines'
      readonly count: number
      readonly minLength: number
      readonly maxLength: number
    }

/** One text message. */
export function textMessage<Text>(role: Role, text: Text): Message<Text> {
  return { role, parts: [{ type: 'text', text }] }
}
