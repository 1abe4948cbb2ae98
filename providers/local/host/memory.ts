import { GgufInsights } from 'node-llama-cpp'
import type { GgufFileInfo, Llama } from 'node-llama-cpp'
import { freeMemoryBytes } from './free-memory.ts'
import type { HostMemory, MemoryEstimate } from '../host-status.ts'
import type { LoadOrder } from '../protocol.ts'

/** Memory that a load may take, in bytes. */
export interface FreeMemory {
  readonly ramBytes: number
  readonly gpuBytes: number
}

/** What weights and all slots' contexts will take. Reads the file's header; loads nothing. */
export async function estimateMemory(
  llama: Llama,
  file: GgufFileInfo,
  { slots, contextSize }: Pick<LoadOrder, 'slots' | 'contextSize'>,
): Promise<MemoryEstimate> {
  const insights = await GgufInsights.from(file, llama)
  const gpuLayers =
    llama.gpu === false
      ? 0
      : await insights.configurationResolver.resolveModelGpuLayers({
          fitContext: { contextSize: contextSize * slots },
        })
  const [weights, contexts] = await Promise.all([
    insights.estimateModelResourceRequirementsV2({ gpuLayers }),
    insights.estimateContextResourceRequirementsV2({
      contextSize,
      sequences: slots,
      modelGpuLayers: gpuLayers,
    }),
  ])
  return {
    ramBytes: weights.cpuRam + contexts.cpuRam,
    gpuBytes: weights.gpuVram + contexts.gpuVram,
    gpuLayers,
  }
}

/** What may be taken now; `limitBytes` bounds each kind of memory from above. */
export async function readFreeMemory(llama: Llama, limitBytes = Infinity): Promise<FreeMemory> {
  const gpuBytes = llama.gpu === false ? 0 : (await llama.getVramState()).free
  return { ramBytes: Math.min(freeMemoryBytes(), limitBytes), gpuBytes: Math.min(gpuBytes, limitBytes) }
}

/** Says why a model must not be loaded, or `undefined` when it fits. */
export function memoryRefusal(estimate: MemoryEstimate, free: FreeMemory): string | undefined {
  const missing = [
    shortage('memory', estimate.ramBytes, free.ramBytes),
    shortage('GPU memory', estimate.gpuBytes, free.gpuBytes),
  ].filter((part) => part !== undefined)
  return missing.length === 0 ? undefined : `${missing.join(' and ')}; use fewer slots or a smaller context`
}

function shortage(kind: string, neededBytes: number, freeBytes: number): string | undefined {
  if (neededBytes <= freeBytes) return undefined
  return `it needs about ${mebibytes(neededBytes)} MiB of ${kind} and ${mebibytes(freeBytes)} MiB are free`
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1)
}

/** Watches the memory of this process. */
export interface MemoryMeter {
  /** Call once, when the weights and contexts are there. */
  markLoaded(): Promise<void>
  read(): Promise<HostMemory>
}

/** Creates a meter; call it before the load. */
export function createMemoryMeter(llama: Llama): MemoryMeter {
  const residentBeforeLoadBytes = process.memoryUsage.rss()
  let residentAfterLoadBytes = residentBeforeLoadBytes
  let gpuAfterLoadBytes = 0
  let peakGpuBytes = 0
  const readGpu = async (): Promise<number> => {
    if (llama.gpu === false) return 0
    const { used } = await llama.getVramState()
    peakGpuBytes = Math.max(peakGpuBytes, used)
    return used
  }
  return {
    markLoaded: async () => {
      residentAfterLoadBytes = process.memoryUsage.rss()
      gpuAfterLoadBytes = await readGpu()
    },
    read: async () => {
      await readGpu()
      return {
        residentBeforeLoadBytes,
        residentAfterLoadBytes,
        peakResidentBytes: process.resourceUsage().maxRSS * 1024,
        ...(llama.gpu === false ? {} : { gpuAfterLoadBytes, peakGpuBytes }),
      }
    },
  }
}
