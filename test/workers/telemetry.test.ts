import { createLogger, toTemporalLogger } from '../../workers/telemetry.ts'
import { describe, expect, it } from 'vitest'

describe('toTemporalLogger', () => {
  it('writes ids as JSON and leaves out everything that might hold a prompt', () => {
    const { lines, logger } = capture()
    toTemporalLogger(logger).warn('activity failed', {
      workflowId: 'call/acme/1',
      attempt: 1,
      input: 'the secret prompt',
      error: Object.assign(new TypeError('refused'), { details: ['the secret prompt'] }),
    })
    expect(lines.join('')).not.toContain('secret')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 40,
      worker: 'test',
      msg: 'activity failed',
      workflowId: 'call/acme/1',
      attempt: 1,
      error: { type: 'TypeError', message: 'refused' },
    })
  })

  it('keeps the level that was asked for', () => {
    const { lines, logger } = capture()
    const temporal = toTemporalLogger(logger)
    temporal.log('DEBUG', 'hidden')
    temporal.log('ERROR', 'shown')
    expect(lines).toHaveLength(1)
  })
})

function capture() {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  return { lines, logger: createLogger({ level: 'info', worker: 'test', destination }) }
}
