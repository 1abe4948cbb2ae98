import { createHmac, timingSafeEqual } from 'node:crypto'

/** The headers that make a message's sender sure, as the Standard Webhooks specification names them. */
export interface SignedHeaders {
  /** The event's id: the same at every try. */
  readonly 'webhook-id': string
  /** Seconds since the epoch at which it was sent. */
  readonly 'webhook-timestamp': string
  /** One or more signatures, separated by spaces: `v1,<base64>`. */
  readonly 'webhook-signature': string
}

/**
 * Signs a message: HMAC-SHA256 over `<id>.<timestamp>.<body>`, so that neither can be changed nor sent again later.
 * @param secret the text itself, or bytes in base64 after `whsec_`
 * @param atMs milliseconds since the epoch
 */
export function signWebhook(
  secret: string,
  message: { readonly id: string; readonly body: string },
  atMs: number,
): SignedHeaders {
  const timestamp = String(Math.floor(atMs / 1000))
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signatureOf(secret, message.id, timestamp, message.body).toString('base64')}`,
  }
}

export interface VerifyWebhookOptions {
  /** As they came; names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** The bytes that came, as text: not parsed and printed again. */
  readonly body: string
  readonly secret: string
  /** Milliseconds since the epoch. Default: the machine's clock. */
  readonly nowMs?: number
  /** How old, or how far ahead, a message may be, in milliseconds. Default five minutes. */
  readonly toleranceMs?: number
}

const TOLERANCE_MS = 5 * 60_000

/**
 * Whether a message was signed with the secret, lately. For receivers: compares in constant time, and takes any of several
 * signatures, so that a secret can be changed.
 */
export function verifyWebhook({
  headers,
  body,
  secret,
  nowMs = Date.now(),
  toleranceMs = TOLERANCE_MS,
}: VerifyWebhookOptions): boolean {
  const id = one(headers['webhook-id'])
  const timestamp = one(headers['webhook-timestamp'])
  if (!/^\d{1,12}$/.test(timestamp) || id === '') return false
  if (Math.abs(nowMs - Number(timestamp) * 1000) > toleranceMs) return false
  const expected = signatureOf(secret, id, timestamp, body)
  const given = one(headers['webhook-signature']).split(' ')
  return given.some((signature) => {
    const [version, value = ''] = signature.split(',')
    const bytes = Buffer.from(value, 'base64')
    return version === 'v1' && bytes.length === expected.length && timingSafeEqual(bytes, expected)
  })
}

const BASE64_SECRET = 'whsec_'

function signatureOf(secret: string, id: string, timestamp: string, body: string): Buffer {
  const key = secret.startsWith(BASE64_SECRET)
    ? Buffer.from(secret.slice(BASE64_SECRET.length), 'base64')
    : secret
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
}

function one(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.[0] ?? '')
}
