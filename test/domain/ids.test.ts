import { describe, expect, it } from 'vitest'
import { attemptId, callWorkflowId, checkId, stepOperationId, taskWorkflowId } from '../../domain/ids.ts'

describe('ids', () => {
  it('name tenant, request, step, run and attempt', () => {
    expect(callWorkflowId('acme', 'r-1')).toBe('call/acme/r-1')
    const task = taskWorkflowId('acme', '42')
    const operation = stepOperationId(task, 'subtask/s1')
    expect(operation).toBe('task/acme/42/subtask/s1')
    expect(attemptId(operation, 'run', 2)).toBe('task/acme/42/subtask/s1@run#2')
  })

  it.each(['a', 'A-1', '2026.11.21_x', 'urn:7', 'x'.repeat(128)])('accepts %s', (id) => {
    expect(checkId('taskId', id)).toBeUndefined()
  })

  it.each(['', ' ', 'a b', '-a', '.a', 'a/b', 'ä', 'a\n', 'a@b', 'a#1', 'x'.repeat(129)])(
    'refuses %j and says what is allowed',
    (id) => {
      expect(checkId('taskId', id)).toBe(
        `taskId ${JSON.stringify(id)} must be 1 to 128 letters, digits or . _ : - and start with a letter or digit`,
      )
    },
  )
})
