import { describe, expect, it } from 'vitest'
import { lineUp, nextTurn, type Priority, type Ticket } from '../../../domain/limits/ticket.ts'
import * as fc from 'fast-check'

const ticket = (tenant: string, number: number, priority: Priority = 3, turn = 0): Ticket => ({
  attemptId: `${tenant}-${String(number).padStart(4, '0')}`,
  tenant,
  priority,
  turn,
  enqueuedAtMs: number,
  tokens: 10,
})
/** They join the line one after the other. */
const join = (line: readonly Ticket[], tenant: string, count: number, from: number) =>
  Array.from({ length: count }, (_, index) => from + index).reduce<readonly Ticket[]>((before, number) => {
    const joining = ticket(tenant, number)
    return [...before, { ...joining, turn: nextTurn(before, joining) }]
  }, line)
const names = (tickets: readonly Ticket[]) => tickets.map(({ attemptId }) => attemptId)

describe('a line', () => {
  it('goes by age within a tenant', () => {
    expect(names(lineUp(join([], 'a', 3, 1)))).toEqual(['a-0001', 'a-0002', 'a-0003'])
  })

  it('serves five calls of one tenant within the first ten, though five hundred of another came before', () => {
    const line = names(lineUp(join(join([], 'big', 500, 0), 'small', 5, 1000)))
    const places = [1000, 1001, 1002, 1003, 1004].map((number) => line.indexOf(`small-${number}`))
    expect(places).toEqual([1, 3, 5, 7, 9])
  })

  it('keeps the tenants in turn while it is served, one call after the other', () => {
    let line = join([], 'big', 500, 0)
    line = lineUp(line).slice(100)
    line = join(line, 'small', 5, 1000)
    const served: string[] = []
    for (let call = 0; call < 10; call += 1) {
      const [next, ...rest] = lineUp(line)
      if (next !== undefined) served.push(next.tenant)
      line = rest
    }
    expect(served.filter((tenant) => tenant === 'small')).toHaveLength(5)
  })

  it('serves a higher priority first, whatever its age and tenant', () => {
    const line = [...join([], 'a', 2, 0), ticket('a', 9, 1), ticket('b', 9, 2)]
    expect(names(lineUp(line))).toEqual(['a-0009', 'b-0009', 'a-0000', 'a-0001'])
  })

  it('counts rounds for each priority apart', () => {
    const line = join([], 'a', 20, 0)
    expect(nextTurn(line, { tenant: 'a', priority: 3 })).toBe(20)
    expect(nextTurn(line, { tenant: 'a', priority: 1 })).toBe(0)
    expect(nextTurn(line.slice(5), { tenant: 'b', priority: 3 })).toBe(5)
  })
})

it('is the same line in whatever order the tickets come, and loses none', () => {
  const arbitrary = fc.uniqueArray(
    fc.record({
      tenant: fc.constantFrom('a', 'b', 'c'),
      number: fc.integer({ min: 0, max: 20 }),
      priority: fc.constantFrom<Priority>(1, 3, 5),
    }),
    { selector: ({ tenant, number }) => `${tenant}${number}`, maxLength: 30 },
  )
  fc.assert(
    fc.property(arbitrary, fc.infiniteStream(fc.nat()), (parts, shuffle) => {
      const tickets = parts.map(({ tenant, number, priority }) => ticket(tenant, number, priority))
      const keys = new Map(tickets.map((each) => [each, shuffle.next().value ?? 0]))
      const shuffled = tickets.toSorted((left, right) => (keys.get(left) ?? 0) - (keys.get(right) ?? 0))
      expect(names(lineUp(shuffled))).toEqual(names(lineUp(tickets)))
      expect(lineUp(tickets)).toHaveLength(tickets.length)
    }),
  )
})
