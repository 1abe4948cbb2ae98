import type { FailureKind } from '../../domain/failure.ts'
import { type Fetch, leanFetch } from './lean-fetch.ts'

/** The network failed before a response came. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly kind: FailureKind

  constructor(kind: FailureKind, message: string) {
    super(message)
    this.kind = kind
  }

  /** Both SDKs search this text for "timeout" and would then drop the error, and with it whether anything was sent. */
  override toString(): string {
    return this.name
  }
}

/**
 * A `fetch` that says whether a failed request may have reached the provider, and that follows no redirect:
 * a redirect would be a second upstream call, and carry the key to another host.
 */
export function createTransportFetch(fetch: Fetch = leanFetch): Fetch {
  return async (input, init) => {
    try {
      return await fetch(input, { ...init, redirect: 'manual' })
    } catch (error) {
      if (init?.signal?.aborted === true) throw error
      throw toTransportError(error, hostOf(input))
    }
  }
}

const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
])
const TLS_REFUSED =
  /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA)/

function toTransportError(error: unknown, host: string): TransportError {
  const { code, syscall, message } = systemError(error)
  if (NOT_CONNECTED.has(code)) {
    return new TransportError(
      'unavailable',
      `cannot connect to ${host} (${code}): is it running, is the base URL right?`,
    )
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || (code === 'ETIMEDOUT' && syscall !== 'read')) {
    return new TransportError(
      'timeout-before-send',
      `no connection to ${host} in time: check network and base URL`,
    )
  }
  if (TLS_REFUSED.test(code) || message.startsWith('Client network socket disconnected before secure TLS')) {
    return new TransportError(
      'unavailable',
      `no secure connection to ${host} (${code}): check its certificate`,
    )
  }
  const reason = code === '' ? message : code
  return new TransportError(
    'timeout-after-send',
    `the connection to ${host} broke before it answered (${reason}); the call may have been billed`,
  )
}

interface SystemErrorFacts {
  readonly code: string
  readonly syscall: string
  readonly message: string
}

/** `fetch` hides the system's error in `cause`; when several addresses were tried, in the `errors` of that. */
function systemError(error: unknown): SystemErrorFacts {
  const facts = { code: '', syscall: '', message: '' }
  for (let link = error; link instanceof Error; link = link.cause) {
    facts.message = link.message
    if ('code' in link && typeof link.code === 'string') facts.code = link.code
    if ('syscall' in link && typeof link.syscall === 'string') facts.syscall = link.syscall
  }
  return facts
}

function hostOf(input: string | URL | Request): string {
  return new URL(input instanceof Request ? input.url : input).host
}
