import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { sum } from '../../domain/sum.ts'

/** The GPUs of a machine together. */
export interface GpuMemory {
  /** `NVIDIA H100 80GB HBM3`, `2 × NVIDIA L4`. */
  readonly name: string
  readonly memoryBytes: number
  readonly freeBytes: number
}

/** Runs a program and gives its standard output. */
export type Execute = (file: string, args: readonly string[]) => Promise<string>

const QUERY = ['--query-gpu=name,memory.total,memory.used', '--format=csv,noheader,nounits'] as const
const TIMEOUT_MS = 5_000

/** Reads the GPUs through `nvidia-smi`; `undefined` where there is none, or it does not say. Never rejects. */
export async function readGpuMemory(execute: Execute = executeFile): Promise<GpuMemory | undefined> {
  const output = await execute('nvidia-smi', QUERY).catch(() => '')
  const gpus = output.split('\n').flatMap((line) => parseGpu(line) ?? [])
  const [first] = gpus
  if (first === undefined) return undefined
  return {
    name: gpus.length === 1 ? first.name : `${gpus.length} × ${first.name}`,
    memoryBytes: sum(gpus.map(({ memoryBytes }) => memoryBytes)),
    freeBytes: sum(gpus.map(({ freeBytes }) => freeBytes)),
  }
}

/** One line: `NVIDIA L4, 23034, 512`, in MiB. Parts that are not supported are no numbers. */
function parseGpu(line: string): GpuMemory | undefined {
  const [name = '', total, used] = line.split(',').map((part) => part.trim())
  const memoryBytes = Number(total) * 2 ** 20
  const usedBytes = Number(used) * 2 ** 20
  if (name === '' || !(memoryBytes > 0) || !(usedBytes >= 0)) return undefined
  return { name, memoryBytes, freeBytes: Math.max(0, memoryBytes - usedBytes) }
}

/** Runs a program of this machine. */
export async function executeFile(file: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(file, [...args], { timeout: TIMEOUT_MS })
  return stdout
}
