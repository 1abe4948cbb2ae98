import { textMessage } from '../../domain/message.ts'
import type { GenerateOptions, ProviderRequest } from '../../providers/model-provider.ts'
import { ProviderError } from '../../providers/provider-error.ts'

/** A short question, with what the test is about on top. */
export function makeRequest(settings: Partial<ProviderRequest> = {}): ProviderRequest {
  return {
    attemptId: 'call/acme/42@run-1#1',
    providerModel: 'model-2026-01-01',
    messages: [textMessage('system', 'Be brief.'), textMessage('user', 'What is the capital of France?')],
    maxOutputTokens: 256,
    ...settings,
  }
}

/** Options with plenty of time and nobody who cancels. */
export function makeOptions(options: Partial<GenerateOptions> = {}): GenerateOptions {
  return { signal: new AbortController().signal, timeoutMs: 20_000, ...options }
}

/** The error that a call ends with; fails when it succeeds or throws anything but a `ProviderError`. */
export async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  const outcome: unknown = await call.then(
    () => new Error('the call succeeded'),
    (error: unknown) => error,
  )
  if (outcome instanceof ProviderError) return outcome
  throw outcome
}
