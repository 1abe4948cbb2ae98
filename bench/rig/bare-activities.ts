import type { ModelProvider } from '../../providers/model-provider.ts'
import { textMessage } from '../../domain/message.ts'

/** The same upstream call with nothing around it: no admission, no settlement, no content store. */
export function createBareActivities(provider: ModelProvider) {
  return {
    callBare: async (prompt: string): Promise<string> => callRaw(provider, prompt),
  }
}

export type BareActivities = ReturnType<typeof createBareActivities>

/** One call of the provider, outside Temporal. */
export async function callRaw(provider: ModelProvider, prompt: string): Promise<string> {
  const result = await provider.generate(
    {
      attemptId: `bare/${Math.random()}`,
      providerModel: 'bench-2026-01-01',
      messages: [textMessage('user', prompt)],
      maxOutputTokens: 100,
    },
    { signal: new AbortController().signal, timeoutMs: 60_000, onDelta: () => undefined },
  )
  return result.content
}
