import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { getLlama, getModuleVersion, GgmlType, LlamaLogLevel, readGgufFileInfo } from 'node-llama-cpp'
import { createChatWrapper } from './chat-prompt.ts'
import { createMemoryMeter, estimateMemory, memoryRefusal, readFreeMemory } from './memory.ts'
import type { ChatWrapper, Llama, LlamaContext, LlamaContextSequence, LlamaModel } from 'node-llama-cpp'
import type { HostArtifact, HostEngine, MemoryEstimate } from '../host-status.ts'
import type { LoadOrder } from '../protocol.ts'
import type { MemoryMeter } from './memory.ts'

/** A model with its contexts, ready to generate. */
export interface Engine {
  readonly model: LlamaModel
  readonly wrapper: ChatWrapper
  /** Tokens of one slot. */
  readonly contextSize: number
  readonly sequences: readonly LlamaContextSequence[]
  /** Prompt tokens to compute at once between two looks at cancellation. */
  readonly chunkTokens: number
  readonly memory: MemoryMeter
  readonly artifact: HostArtifact
  readonly description: HostEngine
  dispose(): Promise<void>
}

/** Small enough to stop a prompt in well under two seconds on one CPU thread, where a GPU takes a whole batch. */
const CPU_CHUNK_TOKENS = 32
const BATCH_TOKENS = 512

export interface LoadSteps {
  readonly onReserved: (estimate: MemoryEstimate) => void
}

/** Loads a model. @throws Error that says why it cannot be loaded */
export async function loadEngine(order: LoadOrder, steps: LoadSteps): Promise<Engine> {
  const { modelPath, slots, contextSize, threads } = order
  const { size } = await stat(modelPath)
  if (order.sha256 !== undefined) await verifyFile(modelPath, order.sha256)
  const llama = await getLlama({
    gpu: order.gpu,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: threads,
    logLevel: LlamaLogLevel.error,
  })
  const file = await readGgufFileInfo(modelPath)
  const estimate = await estimateMemory(llama, file, order)
  const refusal = memoryRefusal(estimate, await readFreeMemory(llama, order.availableMemoryBytes))
  if (refusal !== undefined) throw new Error(refusal)
  steps.onReserved(estimate)
  const memory = createMemoryMeter(llama)
  const model = await llama.loadModel({ modelPath, gpuLayers: estimate.gpuLayers })
  const batchSize = Math.min(order.batchTokens ?? BATCH_TOKENS, contextSize)
  const context = await model.createContext({ sequences: slots, contextSize, batchSize, threads })
  await memory.markLoaded()
  return {
    model,
    wrapper: createChatWrapper(model),
    contextSize: context.contextSize,
    sequences: Array.from({ length: slots }, () => context.getSequence()),
    chunkTokens: order.batchTokens === undefined && llama.gpu === false ? CPU_CHUNK_TOKENS : batchSize,
    memory,
    artifact: describeArtifact(model, order, size),
    description: await describeEngine(llama, model, context),
    dispose: () => llama.dispose(),
  }
}

async function verifyFile(path: string, sha256: string): Promise<void> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  const found = hash.digest('hex')
  if (found !== sha256) throw new Error(`${path} has SHA-256 ${found}, not ${sha256} as expected`)
}

function describeArtifact(model: LlamaModel, order: LoadOrder, bytes: number): HostArtifact {
  const { fileInsights } = model
  const tensorType = fileInsights.dominantTensorType
  return {
    path: order.modelPath,
    bytes,
    ...(order.sha256 === undefined ? {} : { sha256: order.sha256 }),
    architecture: model.architecture,
    quantisation: tensorType === undefined ? 'unknown' : (GgmlType[tensorType] ?? 'unknown'),
    parameters: fileInsights.totalParameters,
    trainedContextSize: model.trainContextSize,
  }
}

async function describeEngine(llama: Llama, model: LlamaModel, context: LlamaContext): Promise<HostEngine> {
  return {
    name: 'node-llama-cpp',
    version: await getModuleVersion(),
    llamaCpp: llama.llamaCppRelease.release,
    gpu: llama.gpu === false ? 'none' : llama.gpu,
    gpuLayers: model.gpuLayers,
    threads: context.idealThreads,
  }
}
