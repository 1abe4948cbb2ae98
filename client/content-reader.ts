import type { Content } from '../domain/content-ref.ts'
import { ContentMissingError, type ContentStore } from '../payloads/content-store.ts'
import { OperationRefusedError } from './errors.ts'

/**
 * Reads the texts of something that has ended; the result that names them outlives them.
 * @param what for the message: `the answer of call 42`
 */
export function contentReader(contents: ContentStore, what: string): (content: Content) => Promise<string> {
  return async (content) => {
    try {
      return await contents.get(content)
    } catch (error) {
      if (!(error instanceof ContentMissingError)) throw error
      throw new OperationRefusedError(
        `${what} is not kept any more: its retention has ended`,
        'Send it again under a new id. If it ended only lately, this client uses another content store than the workers: ' +
          'set SWITCHYARD_CONTENT_DIR, or `contentDir`, to theirs.',
        { cause: error },
      )
    }
  }
}
