/** The header that carries the attempt id to hosts that record it. */
export const ATTEMPT_HEADER = 'x-switchyard-attempt'

/** OpenAI refuses a longer `X-Client-Request-Id`. */
const LONGEST_CLIENT_REQUEST_ID = 512

/** Headers that name the attempt, so that a host's records can be joined to the ledger. */
export function attemptHeaders(attemptId: string): Record<string, string> {
  const encoded = encodeAttemptId(attemptId)
  return { [ATTEMPT_HEADER]: encoded, 'X-Client-Request-Id': encoded.slice(-LONGEST_CLIENT_REQUEST_ID) }
}

/** Percent-encodes what a header cannot carry: all but printable ASCII, and `%` itself. */
function encodeAttemptId(attemptId: string): string {
  return attemptId.replace(/[^\u0021-\u0024\u0026-\u007e]+/g, (text) =>
    encodeURIComponent(text.toWellFormed()),
  )
}

/** The attempt id in such a header; the header as it came when it was not encoded by us. */
export function decodeAttemptId(header: string): string {
  try {
    return decodeURIComponent(header)
  } catch {
    return header
  }
}
