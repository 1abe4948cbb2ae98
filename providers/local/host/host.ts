import { ProviderError } from '../../provider-error.ts'
import { preparePrompt } from './chat-prompt.ts'
import { loadEngine } from './engine.ts'
import { runGeneration } from './generate.ts'
import { probeEngine, warmUpEngine } from './probe.ts'
import { createProgressReporter } from './progress-reporter.ts'
import { scoreText } from './score.ts'
import type { LlamaContextSequence } from 'node-llama-cpp'
import type { Engine } from './engine.ts'
import type { GenerationOrder, HostOrder, HostReport, LoadOrder } from '../protocol.ts'
import type { PreparedPrompt } from './chat-prompt.ts'
import { messageOf } from '../../../domain/message-of.ts'

// The main module of a model host process: it loads one model, and serves the generations its parent orders.

const prepared = new Map<number, PreparedPrompt>()
const cancelled = new Set<number>()
const running = new Set<number>()
let engine: Engine | undefined
let freeSequences: LlamaContextSequence[] = []

function report(message: HostReport): void {
  process.send?.(message)
}

async function load(order: LoadOrder): Promise<void> {
  try {
    const loaded = await loadEngine(order, {
      onReserved: (estimate) => report({ type: 'memory-reserved', estimate }),
    })
    report({ type: 'weights-loaded' })
    await warmUpEngine(loaded, order.warmUpTokens)
    report({ type: 'warm-up-ended' })
    await probeEngine(loaded)
    engine = loaded
    freeSequences = [...loaded.sequences]
    const { contextSize, artifact, description, memory } = loaded
    report({ type: 'probe-passed', contextSize, artifact, engine: description, memory: await memory.read() })
  } catch (error) {
    report({ type: 'load-failed', reason: messageOf(error) })
  }
}

function prepare(id: number, messages: Extract<HostOrder, { type: 'prepare' }>['messages']): void {
  if (engine === undefined) return
  try {
    const prompt = preparePrompt(engine.model, engine.wrapper, messages, engine.contextSize)
    prepared.set(id, prompt)
    report({ type: 'prepared', id, promptTokens: prompt.tokens.length })
  } catch (error) {
    const reason = messageOf(error)
    const failure =
      error instanceof ProviderError
        ? error.toFailure()
        : { kind: 'bad-request' as const, message: `the chat template does not take the messages: ${reason}` }
    report({ type: 'prepare-failed', id, failure })
  }
}

async function generate(id: number, order: GenerationOrder): Promise<void> {
  const prompt = prepared.get(id)
  const sequence = freeSequences.pop()
  // The parent orders only what it has prepared, and never more than there are slots.
  if (engine === undefined || prompt === undefined || sequence === undefined) {
    throw new Error(`generation ${id} was ordered without a prepared prompt or a free slot`)
  }
  prepared.delete(id)
  running.add(id)
  const { end, ...counts } = await runGeneration({
    model: engine.model,
    sequence,
    prompt,
    order,
    chunkTokens: engine.chunkTokens,
    isCancelled: () => cancelled.has(id),
    onProgress: createProgressReporter((progress) => report({ type: 'progressed', id, ...progress })),
    onText: (text) => {
      if (order.stream) report({ type: 'text-produced', id, text })
    },
  })
  running.delete(id)
  cancelled.delete(id)
  freeSequences.push(sequence)
  report({ type: 'generation-ended', id, end, figures: { ...counts, memory: await engine.memory.read() } })
}

async function score(id: number, text: string): Promise<void> {
  const [sequence] = freeSequences
  try {
    if (engine === undefined || sequence === undefined || running.size > 0) throw new Error('it generates')
    report({ type: 'scored', id, ...(await scoreText(engine.model, sequence, text)) })
  } catch (error) {
    report({ type: 'score-failed', id, reason: messageOf(error) })
  }
}

async function unload(): Promise<void> {
  await engine?.dispose()
  process.exit(0)
}

async function handle(message: HostOrder): Promise<void> {
  if (message.type === 'load') await load(message.order)
  if (message.type === 'prepare') prepare(message.id, message.messages)
  if (message.type === 'generate') await generate(message.id, message.order)
  if (message.type === 'score') await score(message.id, message.text)
  if (message.type === 'unload') await unload()
  if (message.type === 'cancel') {
    prepared.delete(message.id)
    if (running.has(message.id)) cancelled.add(message.id)
  }
}

// An unexpected error ends the process with its stack on stderr, which the parent tells of.
process.on('message', (message: HostOrder) => void handle(message))
// Whoever ended the parent has ended this too. By force, because exiting would wait for the engine's threads.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
// A Ctrl-C reaches the whole process group; it is the parent that decides what to finish first.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
