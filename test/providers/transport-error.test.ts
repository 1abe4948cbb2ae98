import { expect, test } from 'vitest'
import { createAnthropicProvider } from '../../providers/anthropic/provider.ts'
import { createOpenAiProvider } from '../../providers/openai/provider.ts'
import type { Fetch } from '../../providers/http/lean-fetch.ts'
import { failureOf, makeOptions, makeRequest } from './requests.ts'

/** A `fetch` that fails the way Node's does: the system's error hides in the cause. */
function failingFetch(message: string, facts: Readonly<Record<string, string>>): Fetch {
  return () =>
    Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(message), facts) }))
}

const CASES = [
  [
    'a connection attempt that took too long',
    'Connect Timeout Error',
    { code: 'UND_ERR_CONNECT_TIMEOUT' },
    'timeout-before-send',
  ],
  [
    'a connection attempt that the system gave up',
    'connect ETIMEDOUT',
    { code: 'ETIMEDOUT', syscall: 'connect' },
    'timeout-before-send',
  ],
  [
    'a read that the system gave up',
    'read ETIMEDOUT',
    { code: 'ETIMEDOUT', syscall: 'read' },
    'timeout-after-send',
  ],
  [
    'headers that took too long',
    'Headers Timeout Error',
    { code: 'UND_ERR_HEADERS_TIMEOUT' },
    'timeout-after-send',
  ],
  ['a name that cannot be looked up now', 'getaddrinfo EAI_AGAIN', { code: 'EAI_AGAIN' }, 'unavailable'],
  ['a certificate that expired', 'certificate has expired', { code: 'CERT_HAS_EXPIRED' }, 'unavailable'],
  [
    'a certificate of its own',
    'self-signed certificate',
    { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    'unavailable',
  ],
  [
    'a handshake that was broken off',
    'Client network socket disconnected before secure TLS connection was established',
    { code: 'ECONNRESET' },
    'unavailable',
  ],
  ['a reset', 'read ECONNRESET', { code: 'ECONNRESET', syscall: 'read' }, 'timeout-after-send'],
] as const

test.each(CASES)('%s: both adapters know whether it was sent', async (_title, message, facts, kind) => {
  const fetch = failingFetch(message, facts)
  const providers = [
    createOpenAiProvider({ name: 'openai', apiKey: 'k', fetch }),
    createAnthropicProvider({ name: 'anthropic', apiKey: 'k', fetch }),
  ]
  for (const provider of providers) {
    expect((await failureOf(provider.generate(makeRequest(), makeOptions()))).kind).toBe(kind)
  }
})
