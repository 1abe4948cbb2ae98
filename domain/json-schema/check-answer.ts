import type { JsonValue } from '../json.ts'
import type { FinishReason } from '../model-request.ts'
import type { ResponseFormat } from '../message.ts'
import { isRecord } from '../reading/composites.ts'
import { satisfiesSchema } from './satisfies-schema.ts'
import { UnsupportedSchemaError } from './unsupported-schema-error.ts'

/** What a model answered, as far as its shape goes. */
export interface ShapedAnswer {
  readonly content: string
  readonly refusal?: string
  readonly finishReason: FinishReason
}

/** Whether the answer was to be content at all: a refusal or a tool call has no shape to fit. */
const WITHOUT_SHAPE: readonly FinishReason[] = ['refusal', 'content-filter', 'tool-calls']

/**
 * Whether an answer has the shape that was asked for; `undefined` when none was, or when its schema cannot be judged
 * here. One that was cut off does not have it.
 */
export function checkAnswer(
  { content, refusal, finishReason }: ShapedAnswer,
  format: ResponseFormat | undefined,
): 'valid' | 'invalid' | undefined {
  if (format?.type !== 'json' && format?.type !== 'json-schema') return undefined
  if (refusal !== undefined || WITHOUT_SHAPE.includes(finishReason)) return undefined
  const value = parseJson(content)
  if (value === undefined) return 'invalid'
  if (format.type === 'json') return isRecord(value.parsed) ? 'valid' : 'invalid'
  try {
    return satisfiesSchema(value.parsed, format.schema) ? 'valid' : 'invalid'
  } catch (error) {
    if (error instanceof UnsupportedSchemaError) return undefined
    throw error
  }
}

function parseJson(text: string): { readonly parsed: JsonValue } | undefined {
  try {
    const parsed: JsonValue = JSON.parse(text)
    return { parsed }
  } catch {
    return undefined
  }
}
