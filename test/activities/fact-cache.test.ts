import { describe, expect, test } from 'vitest'
import { createFreshCache, createPatientCache } from '../../activities/fact-cache.ts'

/** Loads that end when the test says so, and a clock that the test moves. */
function stage() {
  const loads: { readonly key: string; readonly end: (value: string) => void; readonly fail: () => void }[] =
    []
  const clock = { nowMs: 1000 }
  const load = (key: string): Promise<string> =>
    new Promise((resolve, reject) => {
      loads.push({ key, end: resolve, fail: () => reject(new Error('no database')) })
    })
  return { loads, clock, load, options: { maxAgeMs: 100, now: () => clock.nowMs } }
}

describe('a fresh cache', () => {
  test('gives a value until it is too old, then waits for a new one', async () => {
    const { loads, clock, load, options } = stage()
    const read = createFreshCache(load, options)
    const first = read('a')
    loads[0]?.end('one')
    expect(await first).toBe('one')
    clock.nowMs += 99
    expect(await read('a')).toBe('one')
    clock.nowMs += 1
    const second = read('a')
    loads[1]?.end('two')
    expect(await second).toBe('two')
    expect(loads).toHaveLength(2)
  })

  test('loads once for all who ask at the same time, and for each key by itself', async () => {
    const { loads, load, options } = stage()
    const read = createFreshCache(load, options)
    const asked = [read('a'), read('a'), read('b')]
    for (const { key, end } of loads) end(key.toUpperCase())
    expect(await Promise.all(asked)).toEqual(['A', 'A', 'B'])
    expect(loads).toHaveLength(2)
  })

  test('keeps no failure', async () => {
    const { loads, load, options } = stage()
    const read = createFreshCache(load, options)
    const failed = read('a')
    loads[0]?.fail()
    await expect(failed).rejects.toThrow('no database')
    const again = read('a')
    loads[1]?.end('fine')
    expect(await again).toBe('fine')
  })

  test('a failure that comes late does not take the place of a newer value', async () => {
    const { loads, clock, load, options } = stage()
    const read = createFreshCache(load, options)
    const slow = read('a')
    clock.nowMs += 100
    const newer = read('a')
    loads[1]?.end('new')
    await newer
    loads[0]?.fail()
    await expect(slow).rejects.toThrow('no database')
    expect(await read('a')).toBe('new')
  })

  test('forgets keys that nobody asks for any more', async () => {
    const { loads, clock, load, options } = stage()
    const read = createFreshCache(load, options)
    for (const key of ['a', 'b', 'c']) void read(key)
    clock.nowMs += 100
    void read('d')
    clock.nowMs -= 100
    void read('a')
    expect(loads.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd', 'a'])
  })
})

describe('a patient cache', () => {
  test('has only the first wait', async () => {
    const { loads, clock, load, options } = stage()
    const read = createPatientCache(() => load('all'), options)
    const [first, beside] = [read(), read()]
    loads[0]?.end('one')
    expect(await Promise.all([first, beside])).toEqual(['one', 'one'])
    clock.nowMs += 100
    expect(await read()).toBe('one')
    expect(await read()).toBe('one')
    expect(loads).toHaveLength(2)
    loads[1]?.end('two')
    await expect.poll(read).toBe('two')
    expect(loads).toHaveLength(2)
  })

  test('keeps the old value when the next load fails, and tries again later', async () => {
    const { loads, clock, load, options } = stage()
    const read = createPatientCache(() => load('all'), options)
    const first = read()
    loads[0]?.end('one')
    await first
    clock.nowMs += 100
    void read()
    loads[1]?.fail()
    await Promise.resolve()
    expect(await read()).toBe('one')
    clock.nowMs += 100
    expect(await read()).toBe('one')
    expect(loads).toHaveLength(3)
  })

  test('tries again at once when the very first load failed', async () => {
    const { loads, load, options } = stage()
    const read = createPatientCache(() => load('all'), options)
    const first = read()
    loads[0]?.fail()
    await expect(first).rejects.toThrow('no database')
    const again = read()
    loads[1]?.end('fine')
    expect(await again).toBe('fine')
  })
})
