import { describe, expect, it } from 'vitest'
import { signWebhook, verifyWebhook } from '../../payloads/webhook-signature.ts'

const SECRET = 'a secret of some length'
const NOW = Date.UTC(2026, 10, 21, 12)
const MESSAGE = { id: 'alert-1.fired', body: '{"text":"ünïcode"}' }

const verify = (changes: Partial<Parameters<typeof verifyWebhook>[0]> = {}) =>
  verifyWebhook({
    headers: { ...signWebhook(SECRET, MESSAGE, NOW) },
    body: MESSAGE.body,
    secret: SECRET,
    nowMs: NOW + 1_000,
    ...changes,
  })

describe('a signed webhook', () => {
  it('is believed by who has the secret', () => {
    expect(verify()).toBe(true)
  })

  it('is not believed when its body, id, time or secret is another', () => {
    const headers = { ...signWebhook(SECRET, MESSAGE, NOW) }
    expect(verify({ body: `${MESSAGE.body} ` })).toBe(false)
    expect(verify({ secret: 'another secret' })).toBe(false)
    expect(verify({ headers: { ...headers, 'webhook-id': 'alert-2.fired' } })).toBe(false)
    expect(verify({ headers: { ...headers, 'webhook-timestamp': String(NOW / 1000 + 1) } })).toBe(false)
    expect(verify({ headers: { ...headers, 'webhook-signature': 'v1,' } })).toBe(false)
    expect(verify({ headers: {} })).toBe(false)
  })

  it('is not believed when it is old', () => {
    expect(verify({ nowMs: NOW + 299_000 })).toBe(true)
    expect(verify({ nowMs: NOW + 301_000 })).toBe(false)
    expect(verify({ nowMs: NOW + 301_000, toleranceMs: 600_000 })).toBe(true)
  })

  it('may carry a second signature while a secret changes', () => {
    const headers = signWebhook(SECRET, MESSAGE, NOW)
    const other = signWebhook('the next secret', MESSAGE, NOW)['webhook-signature']
    expect(
      verify({ headers: { ...headers, 'webhook-signature': `${other} ${headers['webhook-signature']}` } }),
    ).toBe(true)
  })

  it('is signed as the Standard Webhooks specification says', () => {
    // The example of the specification's own libraries.
    const signed = signWebhook(
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}' },
      1_614_265_330_000,
    )
    expect(signed['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })
})
