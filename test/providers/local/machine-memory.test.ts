import { describe, expect, it } from 'vitest'
import { createMachineMemory } from '../../../providers/local/machine-memory.ts'
import { readGpuMemory } from '../../../providers/local/gpu-memory.ts'

const GIB = 2 ** 30

describe('the GPUs of a machine', () => {
  it.each([
    ['one', 'NVIDIA L4, 23034, 1000\n', { name: 'NVIDIA L4', memoryBytes: 23_034, freeBytes: 22_034 }],
    [
      'several together',
      'NVIDIA L4, 1000, 100\nNVIDIA L4, 1000, 300\n',
      { name: '2 × NVIDIA L4', memoryBytes: 2_000, freeBytes: 1_600 },
    ],
  ])('are read from the driver: %s', async (_title, output, mebibytes) => {
    const read = await readGpuMemory(async () => output)
    expect(read).toEqual({
      name: mebibytes.name,
      memoryBytes: mebibytes.memoryBytes * 2 ** 20,
      freeBytes: mebibytes.freeBytes * 2 ** 20,
    })
  })

  it.each(['', 'NVIDIA X, [N/A], [Not Supported]\n', 'No devices were found\n'])(
    'are none when it says %j',
    async (output) => {
      expect(await readGpuMemory(async () => output)).toBeUndefined()
    },
  )

  it('are none without a driver', async () => {
    expect(await readGpuMemory(() => Promise.reject(new Error('ENOENT')))).toBeUndefined()
  })
})

describe('the memory that a node has for models', () => {
  const gpu = { name: 'NVIDIA L4', memoryBytes: 24 * GIB, freeBytes: 20 * GIB }

  it("is the GPUs' where the engine computes on them", async () => {
    const read = createMachineMemory({ readGpu: async () => gpu, usesGpu: true })
    expect(await read(0)).toEqual({
      memoryBytes: 24 * GIB,
      freeMemoryBytes: 20 * GIB,
      gpu: { name: 'NVIDIA L4', memoryBytes: 24 * GIB },
    })
  })

  it('is main memory where it does not, or there is none', async () => {
    const unused = await createMachineMemory({ readGpu: async () => gpu, usesGpu: false })(0)
    expect(unused.memoryBytes).not.toBe(24 * GIB)
    expect(unused.gpu).toBeDefined()
    const none = await createMachineMemory({ readGpu: async () => undefined })(0)
    expect(none).toEqual({ memoryBytes: expect.any(Number), freeMemoryBytes: expect.any(Number) })
    expect(none.freeMemoryBytes).toBeGreaterThan(0)
  })

  it('is bounded by what models may take together', async () => {
    const read = createMachineMemory({ readGpu: async () => gpu, usesGpu: true, limitBytes: 8 * GIB })
    expect(await read(3 * GIB)).toMatchObject({ memoryBytes: 8 * GIB, freeMemoryBytes: 5 * GIB })
    expect(await read(9 * GIB)).toMatchObject({ freeMemoryBytes: 0 })
  })

  it('asks the driver at most every two seconds, and only once where there is none', async () => {
    const asked = { withGpu: 0, without: 0 }
    const clock = { nowMs: 0 }
    const now = () => clock.nowMs
    const withGpu = createMachineMemory({ now, readGpu: async () => ((asked.withGpu += 1), gpu) })
    const without = createMachineMemory({ now, readGpu: async () => ((asked.without += 1), undefined) })
    for (const nowMs of [0, 1_999, 2_000]) {
      clock.nowMs = nowMs
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await Promise.all([withGpu(0), without(0)])
    }
    expect(asked).toEqual({ withGpu: 2, without: 1 })
  })
})
