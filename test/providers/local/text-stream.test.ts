import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTextStream } from '../../../providers/local/host/text-stream.ts'

const isWhole = (text: string): boolean => !text.includes('\uFFFD')
const toText = (bytes: readonly number[]): string => Buffer.from(bytes).toString('utf8')

function run(bytes: Iterable<number>, stop: readonly string[] = []): { text: string; pieces: string[] } {
  const pieces: string[] = []
  const stream = createTextStream<number>({ toText, stop, onText: (text) => pieces.push(text) })
  for (const byte of bytes) if (stream.push(byte)) break
  return { text: stream.end(), pieces }
}

describe('the text stream', () => {
  it('gives the text back whole, in pieces that hold whole characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }).filter(isWhole), (text) => {
        const { text: seen, pieces } = run(Buffer.from(text))
        expect(seen).toBe(text)
        expect(pieces.join('')).toBe(text)
        expect(pieces.every(isWhole)).toBe(true)
      }),
    )
  })

  it('ends before a stop string and never shows its beginning', () => {
    const { text, pieces } = run(Buffer.from('one END two'), ['END', 'never'])
    expect(text).toBe('one ')
    expect(pieces.join('')).toBe('one ')
  })

  it('gives out what looked like a stop string and was none', () => {
    expect(run(Buffer.from('an EN'), ['END']).text).toBe('an EN')
  })

  it('passes broken UTF-8 on as replacement characters', () => {
    expect(run([0xff, 0x41, 0x42]).text).toBe('\uFFFDAB')
  })

  it('ignores an empty stop string', () => {
    expect(run(Buffer.from('abc'), ['']).text).toBe('abc')
  })
})
