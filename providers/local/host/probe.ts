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

const WARM_UP_TEXT = 'Ready?'
/** One token in nearly every vocabulary. */
const WARM_UP_WORD = ' ready'

/**
 * Generates one token after a prompt of about so many tokens, which makes the engine allocate what it needs.
 * @throws Error that says what failed
 */
export async function warmUpEngine(engine: Engine, promptTokens?: number): Promise<void> {
  await generateOnce(engine, 'the first generation', WARM_UP, warmUpText(engine, promptTokens))
}

/** At most half of what a slot holds: the template adds its own. */
function warmUpText({ model, contextSize }: Engine, promptTokens = 0): string {
  const wanted = Math.min(promptTokens, Math.floor(contextSize / 2))
  const tokensOfWord = Math.max(1, model.tokenize(WARM_UP_WORD).length)
  return WARM_UP_TEXT + WARM_UP_WORD.repeat(Math.floor(wanted / tokensOfWord))
}

/**
 * Generates one answer held to a schema: that fails with some vocabularies, and is better known before requests come.
 * @throws Error that says what failed
 */
export async function probeEngine(engine: Engine): Promise<void> {
  await generateOnce(engine, 'the generation held to a JSON schema', PROBE)
}

async function generateOnce(
  engine: Engine,
  what: string,
  order: GenerationOrder,
  text: string = WARM_UP_TEXT,
): Promise<void> {
  const [sequence] = engine.sequences
  if (sequence === undefined) throw new Error('a host needs at least one slot')
  const { end } = await runGeneration({
    model: engine.model,
    sequence,
    prompt: preparePrompt(engine.model, engine.wrapper, [{ role: 'user', text }], engine.contextSize),
    order,
    chunkTokens: engine.chunkTokens,
    isCancelled: () => false,
    onProgress: () => undefined,
    onText: () => undefined,
  })
  if (end.status === 'failed') throw new Error(`${what} failed: ${end.failure.message}`)
}
