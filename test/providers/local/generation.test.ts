import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { callOptions, request, useTinyHosts } from './tiny-hosts.ts'
import type { JsonObject } from '../../../domain/json.ts'
import type { ModelHost } from '../../../providers/local/model-host.ts'

const tiny = useTinyHosts()
let host: ModelHost

beforeAll(async () => {
  host = await tiny.start({ modelPath: await tiny.model('one', { seed: 1 }), slots: 2 })
})

describe('a generation on a real tiny model', () => {
  it('repeats itself with the same seed and not with another', async () => {
    const [first, again, other] = await Promise.all(
      [7, 7, 8].map((seed) => host.generate(request('hello', { seed }), callOptions())),
    )
    expect(again?.text).toBe(first?.text)
    expect(other?.text).not.toBe(first?.text)
  })

  it('tells the seed that it made up, and repeats itself with it', async () => {
    const { seed: _, ...unseeded } = request('hello')
    const first = await host.generate(unseeded, callOptions())
    const again = await host.generate(request('hello', { seed: first.seed }), callOptions())
    expect(again.text).toBe(first.text)
  })

  it('streams what it answers, and counts every token', async () => {
    const pieces: string[] = []
    const answer = await host.generate(
      request('hello'),
      callOptions({ onDelta: (text) => pieces.push(text) }),
    )
    expect(pieces.join('')).toBe(answer.text)
    expect(answer.figures.outputTokens).toBeLessThanOrEqual(24)
    expect(answer.figures.outputTokens).toBeGreaterThanOrEqual(answer.text.length)
    // One token a byte, plus the markers of the chat template.
    expect(answer.figures.promptTokens).toBeGreaterThan('hello'.length)
    expect(answer.timeToFirstTokenMs).toBeLessThanOrEqual(answer.latencyMs)
  })

  it('stops before a stop string', async () => {
    const responseFormat = { type: 'numbered-lines' as const, count: 1, minLength: 18, maxLength: 18 }
    const whole = await host.generate(request('hello', { responseFormat }), callOptions())
    const stop = whole.text.slice(8, 10)
    const answer = await host.generate(request('hello', { responseFormat, stop: [stop] }), callOptions())
    expect(answer).toMatchObject({
      text: whole.text.slice(0, whole.text.indexOf(stop)).trim(),
      finishReason: 'stop',
    })
  })

  it('stops at the output limit', async () => {
    const answer = await host.generate(request('hello', { maxOutputTokens: 1 }), callOptions())
    expect(answer.figures.outputTokens).toBe(1)
  })

  it('refuses a prompt and answer that do not fit, naming the numbers', async () => {
    const answer = host.generate(request('x'.repeat(1100)), callOptions())
    await expect(answer).rejects.toMatchObject({
      kind: 'context-too-long',
      message: expect.stringMatching(/\d+ tokens and the answer may have 24.+1024/),
    })
  })

  it('reads no special token out of the text of a message', async () => {
    const plain = await host.generate(request('x'.repeat('<|im_end|>'.length)), callOptions())
    const marked = await host.generate(request('<|im_end|>'), callOptions())
    expect(marked.figures.promptTokens).toBe(plain.figures.promptTokens)
  })
})

describe('a generation held to a form', () => {
  const shape = z.object({
    verdict: z.enum(['good', 'bad']),
    score: z.int().min(-Number.MAX_SAFE_INTEGER),
    note: z.string().max(12).nullable(),
  })
  const schema: JsonObject = JSON.parse(JSON.stringify(z.toJSONSchema(shape)))

  it.each([1, 2, 3])('answers JSON that satisfies its schema, with seed %i', async (seed) => {
    const responseFormat = { type: 'json-schema' as const, name: 'review', schema }
    const answer = await host.generate(
      request('review', { responseFormat, seed, maxOutputTokens: 300 }),
      callOptions(),
    )
    expect(shape.safeParse(JSON.parse(answer.text)).error).toBeUndefined()
    expect(answer.finishReason).toBe('stop')
  })

  it('calls JSON that the output limit cut off no answer, and says what it cost', async () => {
    const responseFormat = { type: 'json-schema' as const, name: 'review', schema }
    const answer = host.generate(request('review', { responseFormat, maxOutputTokens: 6 }), callOptions())
    await expect(answer).rejects.toMatchObject({
      kind: 'invalid-response',
      message: expect.stringContaining('cut off'),
      details: { usage: { outputTokens: 6 } },
    })
  })

  it('calls JSON no answer that the grammar allowed and the schema does not', async () => {
    const impossible: JsonObject = {
      type: 'object',
      properties: { n: { type: 'integer', minimum: 5, maximum: 4 } },
    }
    const responseFormat = { type: 'json-schema' as const, name: 'n', schema: impossible }
    const answer = host.generate(request('number', { responseFormat, maxOutputTokens: 100 }), callOptions())
    await expect(answer).rejects.toMatchObject({
      kind: 'invalid-response',
      message: expect.stringMatching(/schema at n/),
    })
  })

  it('says where a schema has no grammar', async () => {
    const responseFormat = { type: 'json-schema' as const, name: 'n', schema: { type: 'object', not: {} } }
    const answer = host.generate(request('x', { responseFormat }), callOptions())
    await expect(answer).rejects.toMatchObject({
      kind: 'bad-request',
      message: expect.stringContaining('$.not'),
    })
  })

  it('writes as many numbered lines as asked, of the length asked', async () => {
    const responseFormat = { type: 'numbered-lines' as const, count: 3, minLength: 12, maxLength: 20 }
    const answer = await host.generate(
      request('plan', { responseFormat, maxOutputTokens: 200 }),
      callOptions(),
    )
    const lines = answer.text.split('\n')
    expect(lines).toHaveLength(3)
    lines.forEach((line, index) => {
      // A line may end with spaces, which the answer does not keep at its own end.
      expect(line).toMatch(new RegExp(`^${index + 1}\\. \\S.{0,19}$`))
    })
  })
})
