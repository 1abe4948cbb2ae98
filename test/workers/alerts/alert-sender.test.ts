import { describe, expect, it, onTestFinished } from 'vitest'
import { type ReceiverOptions, startWebhookReceiver } from '../../fixtures/webhook-receiver.ts'
import { createAlertSender } from '../../../workers/alerts/alert-sender.ts'
import { createLogger } from '../../../workers/telemetry.ts'
import { testEvent } from '../../../domain/alerts/event-of.ts'
import { usableWebhooks } from '../../../workers/alerts/usable-webhooks.ts'
import { verifyWebhook } from '../../../payloads/webhook-signature.ts'
import { Writable } from 'node:stream'

const SECRET = 'shared with the receiver'
const EVENT = testEvent('alert-1', 'ada', Date.UTC(2026, 10, 21, 12, 0, 0, 7))

async function rig(options: ReceiverOptions = {}, patienceMs = 5_000) {
  const receiver = await startWebhookReceiver(options)
  onTestFinished(() => receiver.stop())
  const lines: string[] = []
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString())
      done()
    },
  })
  const sender = createAlertSender({
    webhooks: [{ name: 'ops', url: receiver.url, secret: SECRET }],
    logger: createLogger({ level: 'info', worker: 'test', destination }),
    patienceMs,
  })
  return { receiver, sender, lines }
}

describe('the sender of alerts', () => {
  it('posts a signed message with the event id, in a form that stays the same', async () => {
    const { receiver, sender } = await rig()
    expect(await sender.send('ops', EVENT)).toEqual({ status: 'delivered' })
    const [message] = receiver.messages
    expect(
      verifyWebhook({ headers: message?.headers ?? {}, body: message?.body ?? '', secret: SECRET }),
    ).toBe(true)
    expect(message?.headers['webhook-id']).toBe('alert-1.test')
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      id: 'alert-1.test',
      type: 'alert.test',
      timestamp: '2026-11-21T12:00:00.007Z',
      data: {
        text: 'a test by ada: nothing is wrong',
        alert: { id: 'alert-1', rule: 'test', severity: 'info' },
      },
    })
  })

  it('writes a line for the log, which is always told', async () => {
    const { sender, lines } = await rig()
    expect(sender.receivers).toEqual(['log', 'ops'])
    expect(await sender.send('log', EVENT)).toEqual({ status: 'delivered' })
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      eventId: 'alert-1.test',
      msg: 'alert test: a test by ada: nothing is wrong',
    })
  })

  it.each([
    [400, 'refused'],
    [404, 'refused'],
    [429, 'unreachable'],
    [500, 'unreachable'],
  ])('takes an answer of %i as %s', async (status, outcome) => {
    const { sender } = await rig({ answer: () => status })
    expect(await sender.send('ops', EVENT)).toEqual({ status: outcome, reason: `it answered ${status}` })
  })

  it('follows no redirection: it would lead where nobody has allowed it', async () => {
    const elsewhere = await startWebhookReceiver()
    onTestFinished(() => elsewhere.stop())
    const { sender } = await rig({ answer: () => elsewhere.url })
    expect(await sender.send('ops', EVENT)).toEqual({ status: 'refused', reason: 'it answered 302' })
    expect(elsewhere.messages).toEqual([])
  })

  it('sends nothing to a receiver that is not configured', async () => {
    const { sender, receiver } = await rig()
    expect(await sender.send(receiver.url, EVENT)).toMatchObject({ status: 'refused' })
    expect(receiver.messages).toEqual([])
  })

  it('gives up on a receiver that does not answer, and says nothing of its address', async () => {
    const { sender } = await rig({ answer: () => new Promise(() => undefined) }, 100)
    expect(await sender.send('ops', EVENT)).toEqual({
      status: 'unreachable',
      reason: 'it did not answer in time',
    })
    const { sender: other, receiver } = await rig()
    await receiver.stop()
    const outcome = await other.send('ops', EVENT)
    expect(outcome).toEqual({ status: 'unreachable', reason: 'it could not be reached (ECONNREFUSED)' })
  })
})

describe('webhooks', () => {
  const webhook = { name: 'ops', urlVariable: 'HOOK_URL', secretVariable: 'HOOK_SECRET' }
  const resolve = (variables: Readonly<Record<string, string>>) =>
    usableWebhooks([webhook], (name) => variables[name])

  it('take address and secret from the environment', () => {
    const { usable } = resolve({ HOOK_URL: 'https://example.test/x', HOOK_SECRET: 's' })
    expect(usable).toEqual([{ name: 'ops', url: 'https://example.test/x', secret: 's' }])
  })

  it('that lack something are named with what to set, without its value', () => {
    expect(resolve({ HOOK_SECRET: 's' }).unusable).toEqual([
      { name: 'ops', reason: 'needs an address: set HOOK_URL' },
    ])
    expect(resolve({ HOOK_URL: 'https://example.test/x' }).unusable).toEqual([
      { name: 'ops', reason: 'needs a secret to sign with: set HOOK_SECRET' },
    ])
    const [wrong] = resolve({ HOOK_URL: 'file:/etc/secret', HOOK_SECRET: 's' }).unusable
    expect(wrong?.reason).toBe('needs an address that starts with http:// or https:// in HOOK_URL')
  })
})
