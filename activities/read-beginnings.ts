import { type KnownTexts, textsToKnow } from '../domain/routing/classified-request.ts'
import { CLASSIFIED_CHARACTERS } from '../domain/routing/classify.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import type { RouteRequest } from '../domain/routing/route-input-for.ts'

/**
 * Reads the beginnings of the texts that a request is judged by and that travel by reference. One that cannot be read
 * is left out: the call itself says so in time.
 */
export async function readBeginnings(
  request: RouteRequest,
  contents: Pick<ContentStore, 'get'>,
): Promise<KnownTexts | undefined> {
  const refs = textsToKnow(request)
  if (refs.length === 0) return undefined
  const texts = await Promise.all(
    refs.map(async (ref) => {
      const text = await contents.get(ref).catch(() => '')
      return [ref.sha256, text.slice(0, CLASSIFIED_CHARACTERS)] as const
    }),
  )
  return new Map(texts)
}
