import { readFileSync } from 'node:fs'
import { freemem } from 'node:os'

/** Reads a small file, or says that there is none. */
export type ReadText = (path: string) => string | undefined

/**
 * Main memory that can still be taken, in bytes: what the machine has free or, if that is less, what the
 * container's limit leaves (cgroup v2, counted as Kubernetes does: file cache that can be dropped is free).
 */
export function freeMemoryBytes(read: ReadText = readText, machineFreeBytes = freemem()): number {
  const limit = Number(read('/sys/fs/cgroup/memory.max'))
  const used = Number(read('/sys/fs/cgroup/memory.current'))
  if (!(limit > 0) || !(used >= 0)) return machineFreeBytes
  const cached = /^inactive_file (\d+)$/m.exec(read('/sys/fs/cgroup/memory.stat') ?? '')?.[1]
  return Math.max(0, Math.min(machineFreeBytes, limit - used + Number(cached ?? 0)))
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
