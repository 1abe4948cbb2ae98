import { ZodError, z } from 'zod'
import type { CallClock } from './call-clock.ts'
import { type FailureContext, failureMessage } from './failure-message.ts'
import { ProviderError } from '../provider-error.ts'
import type { HeaderReader } from './retry-after.ts'
import { TransportError } from './transport-error.ts'

/** The error of an answer that is no answer. */
export function invalidResponse(detail: string, context: FailureContext, cause?: unknown): ProviderError {
  return new ProviderError('invalid-response', failureMessage('invalid-response', detail, context), { cause })
}

/** The error of an answer that stopped half-way. */
export function cutAnswer(detail: string, context: FailureContext, cause?: unknown): ProviderError {
  const words = `the answer broke off (${detail}); the call may have been billed`
  return new ProviderError('timeout-after-send', failureMessage('timeout-after-send', words, context), {
    cause,
  })
}

/**
 * An SDK reads any body as a stream, and a web page as an empty one.
 * @throws ProviderError `invalid-response`
 */
export function checkIsStream(headers: HeaderReader, context: FailureContext): void {
  const type = headers.get('content-type') ?? 'nothing'
  if (!type.includes('text/event-stream'))
    throw invalidResponse(`it answered ${type} instead of a stream`, context)
}

/**
 * What both vendors' adapters do with an error that carries no HTTP status: network, broken stream, unreadable
 * answer. `undefined` when it is none of these.
 */
export function brokenAnswer(error: unknown, context: FailureContext): ProviderError | undefined {
  const transport = findTransportError(error)
  if (transport !== undefined) {
    const message = failureMessage(transport.kind, transport.message, context)
    return new ProviderError(transport.kind, message, { cause: error })
  }
  if (error instanceof ZodError) {
    return invalidResponse(
      `the answer has another shape than promised: ${z.prettifyError(error)}`,
      context,
      error,
    )
  }
  if (error instanceof SyntaxError) return invalidResponse('the answer is not readable JSON', context, error)
  if (error instanceof TypeError) return cutAnswer(deepestMessage(error), context, error)
  return undefined
}

/** A failure that the provider reports inside a stream: after the first token it may charge for what it generated. */
export function failedInStream(
  detail: string,
  clock: CallClock,
  context: FailureContext,
): ProviderError | undefined {
  return clock.hasTokens() ? cutAnswer(detail, context) : undefined
}

function findTransportError(error: unknown): TransportError | undefined {
  for (let link = error; link instanceof Error; link = link.cause) {
    if (link instanceof TransportError) return link
  }
  return undefined
}

function deepestMessage(error: Error): string {
  return error.cause instanceof Error ? deepestMessage(error.cause) : error.message
}
