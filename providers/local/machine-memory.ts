import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { freeMemoryBytes } from './host/free-memory.ts'
import { type GpuHealth, readGpuHealth } from './gpu-health.ts'
import { type GpuMemory, readGpuMemory } from './gpu-memory.ts'
import type { NodeGpu } from '../../domain/nodes/node.ts'

/** What a machine has for models, in bytes: its GPUs' memory where the engine can use it, else main memory. */
export interface MachineMemory {
  readonly memoryBytes: number
  readonly freeMemoryBytes: number
  readonly gpu?: NodeGpu
}

export interface MachineMemoryOptions {
  /** What models may take together; absent: what the machine has. */
  readonly limitBytes?: number
  readonly readGpu?: () => Promise<GpuMemory | undefined>
  readonly readHealth?: () => Promise<GpuHealth>
  /** Whether the engine computes on GPUs. Default: whether its package for them is installed. */
  readonly usesGpu?: boolean
  /** The clock for the age of the last look, in milliseconds. */
  readonly now?: () => number
}

/** Tells what there is; `heldBytes`: what models take now. */
export type ReadMachineMemory = (heldBytes: number) => Promise<MachineMemory>

/** Asking the driver takes a while and starts a program. */
const GPU_AGE_MS = 2_000

/** It starts four programs. */
const HEALTH_AGE_MS = 15_000

const GPU_PACKAGES = [
  'linux-x64-cuda',
  'linux-x64-cuda-ext',
  'linux-x64-vulkan',
  'linux-arm64-vulkan',
  'mac-arm64-metal',
  'win-x64-cuda',
  'win-x64-vulkan',
] as const

/** Looks at the machine's memory, at the GPUs' at most every two seconds; without a driver for them only once. */
export function createMachineMemory({
  limitBytes = Infinity,
  readGpu = readGpuMemory,
  readHealth = readGpuHealth,
  usesGpu = hasGpuPackage(),
  now = () => performance.now(),
}: MachineMemoryOptions = {}): ReadMachineMemory {
  let last: { readonly atMs: number; readonly gpu: Promise<GpuMemory | undefined> } | undefined
  let isWithoutGpu = false
  let health: { readonly atMs: number; readonly known: Promise<GpuHealth> } | undefined

  const lookAtGpu = async (): Promise<GpuMemory | undefined> => {
    if (isWithoutGpu) return undefined
    if (last === undefined || now() - last.atMs >= GPU_AGE_MS) last = { atMs: now(), gpu: readGpu() }
    const gpu = await last.gpu
    isWithoutGpu = gpu === undefined
    return gpu
  }

  const lookAtHealth = (): Promise<GpuHealth> => {
    if (health === undefined || now() - health.atMs >= HEALTH_AGE_MS)
      health = { atMs: now(), known: readHealth() }
    return health.known
  }

  return async (heldBytes) => {
    const gpu = await lookAtGpu()
    const known = gpu === undefined ? {} : await lookAtHealth()
    const own = { memoryBytes: mainMemoryBytes(), freeBytes: freeMemoryBytes() }
    const used = gpu !== undefined && usesGpu ? gpu : own
    return {
      memoryBytes: Math.min(used.memoryBytes, limitBytes),
      freeMemoryBytes: Math.max(0, Math.min(used.freeBytes, limitBytes - heldBytes)),
      ...(gpu === undefined ? {} : { gpu: { name: gpu.name, memoryBytes: gpu.memoryBytes, ...known } }),
    }
  }
}

/** The machine's main memory, or what its container is limited to. */
function mainMemoryBytes(): number {
  try {
    const limit = Number(readFileSync('/sys/fs/cgroup/memory.max', 'utf8'))
    return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
  } catch {
    return totalmem()
  }
}

function hasGpuPackage(): boolean {
  return GPU_PACKAGES.some((name) => {
    try {
      return import.meta.resolve(`@node-llama-cpp/${name}`) !== ''
    } catch {
      return false
    }
  })
}
