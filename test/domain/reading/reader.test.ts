import { describe, expect, test } from 'vitest'
import { list, mapped, object, optional, withDefault } from '../../../domain/reading/composites.ts'
import { flag, number, oneOf, text } from '../../../domain/reading/scalars.ts'
import { readWhole } from '../../../domain/reading/reader.ts'

const order = object({
  name: text({ maxLength: 10 }),
  size: withDefault(number({ min: 1, max: 5, isWhole: true }), 2),
  colour: optional(oneOf(['red', 'blue'])),
  isGift: optional(flag),
  tags: withDefault(list(text(), { maxLength: 2 }), []),
})

describe('reading an input', () => {
  test('fills in defaults and leaves out what may be left out', () => {
    expect(readWhole(order, { name: 'box' })).toEqual({ ok: true, value: { name: 'box', size: 2, tags: [] } })
  })

  test('keeps everything that was given', () => {
    const given = { name: 'box', size: 5, colour: 'red', isGift: false, tags: ['a'] }
    expect(readWhole(order, given)).toEqual({ ok: true, value: given })
  })

  test('finds everything that is wrong, each with its place', () => {
    const read = readWhole(order, {
      name: '',
      size: 9,
      colour: 'green',
      isGift: 'no',
      tags: ['a', 7],
      shape: 1,
    })
    expect(read).toEqual({
      ok: false,
      problems: [
        'shape: is not known here; known: name, size, colour, isGift, tags',
        'name: must not be empty',
        'size: must be a whole number of at least 1 and at most 5, not 9',
        'colour: must be one of red, blue, not "green"',
        'isGift: must be true or false, not "no"',
        'tags.1: must be a text, not 7',
      ],
    })
  })

  test.each([
    [undefined, 'input: must be an object, not nothing'],
    [null, 'input: must be an object, not null'],
    [[], 'input: must be an object, not a list'],
    ['x', 'input: must be an object, not "x"'],
  ])('refuses %o as a whole', (input, problem) => {
    expect(readWhole(order, input)).toEqual({ ok: false, problems: [problem] })
  })

  test('does not repeat a long text, which may be a prompt', () => {
    const read = readWhole(oneOf(['chat', 'code']), 'Dear Sir, my account number is 12345')
    expect(read).toEqual({ ok: false, problems: ['input: must be one of chat, code, not a text'] })
  })

  test('is refused when only a nested value is wrong', () => {
    const nested = list(mapped(object({ id: text() }), ({ id }) => id))
    expect(readWhole(nested, [{ id: 'a' }, {}])).toEqual({
      ok: false,
      problems: ['1.id: must be a text, not nothing'],
    })
    expect(readWhole(nested, [{ id: 'a' }])).toEqual({ ok: true, value: ['a'] })
  })
})
