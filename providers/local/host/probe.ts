import { preparePrompt } from './chat-prompt.ts'
import { runGeneration } from './generate.ts'
import type { Engine } from './engine.ts'
import type { GenerationOrder } from '../protocol.ts'

const WARM_UP: GenerationOrder = {
  maxOutputTokens: 1,
  temperature: 0,
  seed: 0,
  repeatPenalty: 1,
  stop: [],
  responseFormat: { type: 'text' },
  stream: false,
}

/** Enough for a byte-level vocabulary with the widest layout that the grammar allows. */
const PROBE_TOKENS = 64

const PROBE: GenerationOrder = {
  ...WARM_UP,
  maxOutputTokens: PROBE_TOKENS,
  responseFormat: {
    type: 'json-schema',
    name: 'probe',
    schema: { type: 'object', properties: { ready: { type: 'boolean' } } },
  },
}

/** Generates one token, which makes the engine allocate what it needs. @throws Error that says what failed */
export async function warmUpEngine(engine: Engine): Promise<void> {
  await generateOnce(engine, 'the first generation', WARM_UP)
}

/**
 * Generates one answer held to a schema: that fails with some vocabularies, and is better known before requests come.
 * @throws Error that says what failed
 */
export async function probeEngine(engine: Engine): Promise<void> {
  await generateOnce(engine, 'the generation held to a JSON schema', PROBE)
}

async function generateOnce(engine: Engine, what: string, order: GenerationOrder): Promise<void> {
  const [sequence] = engine.sequences
  if (sequence === undefined) throw new Error('a host needs at least one slot')
  const { end } = await runGeneration({
    model: engine.model,
    sequence,
    prompt: preparePrompt(
      engine.model,
      engine.wrapper,
      [{ role: 'user', text: 'Ready?' }],
      engine.contextSize,
    ),
    order,
    chunkTokens: engine.chunkTokens,
    isCancelled: () => false,
    onProgress: () => undefined,
    onText: () => undefined,
  })
  if (end.status === 'failed') throw new Error(`${what} failed: ${end.failure.message}`)
}
