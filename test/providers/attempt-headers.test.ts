import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ATTEMPT_HEADER, attemptHeaders, decodeAttemptId } from '../../providers/http/attempt-headers.ts'

test('any attempt id survives the header, which is printable ASCII', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (attemptId) => {
      const header = attemptHeaders(attemptId)[ATTEMPT_HEADER] ?? ''
      expect(header).toMatch(/^[\u0021-\u007e]+$/)
      expect(decodeAttemptId(header)).toBe(attemptId)
    }),
  )
})

test('an ordinary attempt id is readable in the header', () => {
  expect(attemptHeaders('call/acme/42@run#1')[ATTEMPT_HEADER]).toBe('call/acme/42@run#1')
})

test('the client request id stays within the 512 characters that OpenAI allows', () => {
  expect(attemptHeaders('x'.repeat(900))['X-Client-Request-Id']).toHaveLength(512)
})
