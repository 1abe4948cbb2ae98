import { expect, test } from 'vitest'
import { textMessage } from '../../../domain/message.ts'
import type { SimulatedBehaviour } from '../../../providers/simulated/behaviour.ts'
import { createSimulatedProvider } from '../../../providers/simulated/provider.ts'
import { makeOptions, makeRequest } from '../requests.ts'
import { startTestServer } from './simulated-server.ts'

const BEHAVIOUR: SimulatedBehaviour = {
  default: {
    latencyMs: { p50: 5, p95: 20 },
    faults: { '429': 0.2, '500': 0.1, cut: 0.1, drop: 0.1, refusal: 0.1 },
  },
  models: { steady: { faults: {} } },
}

/** Runs calls at once, each prompt twice, and shows what the journal says, in the order of attempts. */
async function runCalls(
  seed: number,
  calls: number,
  behaviour: SimulatedBehaviour,
): Promise<readonly object[]> {
  await using running = await startTestServer({ seed, behaviour })
  const provider = createSimulatedProvider({ name: 'simulated', baseUrl: running.server.url })
  for (const round of ['first', 'second']) {
    await Promise.all(
      Array.from({ length: calls }, (_, index) =>
        provider
          .generate(
            makeRequest({
              attemptId: `${round} ${String(index).padStart(4, '0')}`,
              messages: [textMessage('user', `prompt ${index}`)],
              providerModel: index % 4 === 0 ? 'steady' : 'shaky',
            }),
            makeOptions({ onDelta: () => undefined }),
          )
          .catch(() => undefined),
      ),
    )
  }
  return running.server
    .calls()
    .map(({ at: _at, ...entry }) => entry)
    .toSorted((left, right) => (left.attemptId < right.attemptId ? -1 : 1))
}

test('calls at once get the same faults and tokens with the same seed, and others with another', async () => {
  const first = await runCalls(1, 40, BEHAVIOUR)
  expect(first).toHaveLength(80)
  expect(await runCalls(1, 40, BEHAVIOUR)).toEqual(first)
  expect(await runCalls(2, 40, BEHAVIOUR)).not.toEqual(first)
})

test('faults come about as often as they should, and only to the models that have them', async () => {
  const entries = await runCalls(3, 100, BEHAVIOUR)
  const of = (model: string) => entries.filter((entry) => 'model' in entry && entry.model === model)
  expect(of('steady').every((entry) => !('fault' in entry))).toBe(true)
  const share = of('shaky').filter((entry) => 'fault' in entry).length / of('shaky').length
  expect(share).toBeGreaterThan(0.45)
  expect(share).toBeLessThan(0.75)
})

test('more than two hundred calls are served at once', async () => {
  const behaviour = { default: { latencyMs: { p50: 300, p95: 300 } } }
  const startedMs = performance.now()
  const entries = await runCalls(4, 250, behaviour)
  expect(entries).toHaveLength(500)
  expect(entries.every((entry) => 'answered' in entry && entry.answered === true)).toBe(true)
  // One after the other they would take 150 s.
  expect(performance.now() - startedMs).toBeLessThan(20_000)
})
