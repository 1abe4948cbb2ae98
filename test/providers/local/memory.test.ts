import { describe, expect, it } from 'vitest'
import { freeMemoryBytes } from '../../../providers/local/host/free-memory.ts'
import { memoryRefusal } from '../../../providers/local/host/memory.ts'

const MIB = 2 ** 20

describe('admission of a model to memory', () => {
  it('lets in what fits', () => {
    const estimate = { ramBytes: 100 * MIB, gpuBytes: 0, gpuLayers: 0 }
    expect(memoryRefusal(estimate, { ramBytes: 100 * MIB, gpuBytes: 0 })).toBeUndefined()
  })

  it('says what is needed and what is free, for each kind of memory that is short', () => {
    const estimate = { ramBytes: 300 * MIB, gpuBytes: 900 * MIB, gpuLayers: 9 }
    const refusal = memoryRefusal(estimate, { ramBytes: 200 * MIB, gpuBytes: 800 * MIB })
    expect(refusal).toContain('300.0 MiB of memory and 200.0 MiB are free')
    expect(refusal).toContain('900.0 MiB of GPU memory and 800.0 MiB are free')
  })
})

describe('free memory', () => {
  const container: Record<string, string> = {
    '/sys/fs/cgroup/memory.max': '1000',
    '/sys/fs/cgroup/memory.current': '900',
    '/sys/fs/cgroup/memory.stat': 'anon 300\ninactive_file 500\nactive_file 100',
  }

  it('is what the container leaves, file cache that can be dropped included', () => {
    expect(freeMemoryBytes((path) => container[path], 10_000)).toBe(600)
  })

  it('is what the machine has when that is less, or when there is no limit', () => {
    expect(freeMemoryBytes((path) => container[path], 200)).toBe(200)
    expect(freeMemoryBytes(() => undefined, 200)).toBe(200)
    expect(freeMemoryBytes((path) => (path.endsWith('max') ? 'max' : container[path]), 5000)).toBe(5000)
  })
})
