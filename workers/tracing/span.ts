import type { SpanPlace } from '../../domain/tracing/trace-ids.ts'

export type AttributeValue = string | number | boolean | readonly string[]

/** One span that has ended. Times in milliseconds since the epoch. */
export interface Span extends SpanPlace {
  /** Of few values: ids stand in the attributes. */
  readonly name: string
  /** `client`: asks another system. */
  readonly kind: 'internal' | 'client'
  /** Absent for the root. */
  readonly parentSpanId?: string
  readonly startMs: number
  readonly endMs: number
  /** Ids and figures. Never a part of a prompt or an answer, and no error message, which may quote them. */
  readonly attributes: Readonly<Record<string, AttributeValue | undefined>>
  /** The kind of error; absent where all went well. */
  readonly error?: string
  /** Places in other traces that belong to it. */
  readonly links?: readonly SpanPlace[]
}
