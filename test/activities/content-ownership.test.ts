import { MockActivityEnvironment } from '@temporalio/testing'
import { describe, expect, test } from 'vitest'
import type { ContentRef } from '../../domain/content-ref.ts'
import { createKeepContents } from '../../activities/content-ownership.ts'

const ref = (letter: string): ContentRef => ({ sha256: letter.repeat(64), bytes: 2_000 })

async function keep(values: readonly unknown[], workflowId = 'task/acme/1') {
  const recorded: { readonly operationId: string; readonly refs: readonly ContentRef[] }[] = []
  const keepContents = createKeepContents({
    recordContent: async (operationId, refs) => void recorded.push({ operationId, refs }),
  })
  const environment = new MockActivityEnvironment({ workflowExecution: { workflowId, runId: 'run' } })
  await environment.run(keepContents, values)
  return recorded
}

describe('texts that an activity has to do with', () => {
  test('belong to its workflow, in one statement and each once', async () => {
    const request = {
      messages: [
        {
          role: 'user',
          parts: [
            { type: 'text', text: ref('a') },
            { type: 'image', data: ref('b') },
          ],
        },
        {
          role: 'user',
          parts: [
            { type: 'text', text: ref('a') },
            { type: 'text', text: { inline: 'short' } },
          ],
        },
      ],
    }
    const answer = { status: 'answered', result: { answer: { content: ref('c') } } }
    expect(await keep([request, undefined, answer])).toEqual([
      { operationId: 'task/acme/1', refs: [ref('a'), ref('b'), ref('c')] },
    ])
  })

  test('cost nothing when all of them are inline', async () => {
    expect(await keep([{ messages: [{ parts: [{ text: { inline: 'short' } }] }] }, null, 3])).toEqual([])
  })

  test('are not mistaken for other things with such names', async () => {
    expect(await keep([{ sha256: 'not a hash', bytes: 1 }, { sha256: 'a'.repeat(64) }])).toEqual([])
  })
})
