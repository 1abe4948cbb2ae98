import { describe, expect, it } from 'vitest'
import { HELP, readOptions } from './storm/read-options.ts'

describe('the command line of npm run chaos', () => {
  it('asks for a storm of a minute on PostgreSQL when it says nothing', () => {
    expect(readOptions([])).toEqual({
      subcommand: 'storm',
      store: 'postgres',
      seed: expect.any(Number),
      minutes: 1,
      requests: 300,
    })
  })

  it('takes everything', () => {
    const args = 'outage --seed 7 --minutes 0.5 --requests 20 --store pglite'.split(' ')
    expect(readOptions(args)).toEqual({
      subcommand: 'outage',
      seed: 7,
      minutes: 0.5,
      requests: 20,
      store: 'pglite',
    })
  })

  it('takes rollouts', () => {
    expect(readOptions(['rollout', '--seed', '7'])).toMatchObject({ subcommand: 'rollout', seed: 7 })
  })

  it('shows its help', () => {
    expect(readOptions(['--help'])).toBe(HELP)
  })

  it.each([
    [['rain'], 'there is no rain'],
    [['storm', 'now'], 'there is no storm now'],
    [['--seed', 'x'], '--seed cannot be "x"'],
    [['--minutes', '-1'], 'minutes'],
    [['--requests', '0'], '--requests cannot be "0"'],
    [['--store', 'paper'], '--store must be one of postgres, pglite'],
    [['--colour'], 'colour'],
  ])('refuses %j', (args, words) => {
    expect(() => readOptions(args)).toThrow(words)
  })
})
