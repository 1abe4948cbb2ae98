import { setTimeout as sleep } from 'node:timers/promises'
import type { CallOutcome } from '../../../client/call-handle.ts'
import type { CallRequest } from '../../../client/inputs/call-input.ts'
import type { Switchyard } from '../../../client/switchyard.ts'
import { ROLLED_MODEL } from './rollout-catalog.ts'
import { untilAnswered } from '../storm/patience.ts'

/** A request, and what became of it. */
export interface SentRequest {
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly sentAtMs: number
  readonly endedAtMs: number
  /** The answer, or why there is none. */
  readonly end: CallOutcome | Error
}

export interface SteadyTraffic {
  /** Those that have ended. */
  readonly ended: readonly SentRequest[]
  /** Sends nothing more; returns when everything that was sent has ended. */
  stop(): Promise<readonly SentRequest[]>
}

export interface TrafficOptions {
  /** Begins the ids. */
  readonly name: string
  /** Requests at the same time. */
  readonly width: number
  /** Between two requests of one sender, in milliseconds. */
  readonly pauseMs: number
}

/** Fits every version that holds to a grammar, and none that does not. */
const ANSWER_FORMAT = {
  type: 'json-schema',
  name: 'condition',
  schema: {
    type: 'object',
    properties: { ready: { type: 'boolean' }, level: { enum: ['low', 'middle', 'high'] } },
    required: ['ready', 'level'],
    additionalProperties: false,
  },
} as const

/** A call that a host works on for a while: its grammar asks for at least 1,800 characters, one token each. */
export const LONG_REQUEST: CallRequest = {
  model: ROLLED_MODEL,
  prompt: 'Give thirty long lines.',
  maxOutputTokens: 2_600,
  responseFormat: { type: 'numbered-lines', count: 30, minLength: 60, maxLength: 70 },
}

/** Sends requests until it is stopped, whatever is killed meanwhile. */
export function startTraffic(
  switchyard: Switchyard,
  { name, width, pauseMs }: TrafficOptions,
): SteadyTraffic {
  const ended: SentRequest[] = []
  const stopping = new AbortController()
  let count = 0
  const send = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      count += 1
      const prompt = `How is part ${count} going?`
      const request = { model: ROLLED_MODEL, prompt, responseFormat: ANSWER_FORMAT }
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      ended.push(await sendRequest(switchyard, `${name}-${count}`, request))
      // oxlint-disable-next-line no-await-in-loop
      await sleep(pauseMs)
    }
  }
  const senders = Array.from({ length: width }, send)
  return {
    ended,
    stop: async () => {
      stopping.abort()
      await Promise.all(senders)
      return ended
    },
  }
}

/** Sends one request, again and again while the server does not answer. */
export async function sendRequest(
  switchyard: Switchyard,
  requestId: string,
  request: CallRequest,
): Promise<SentRequest> {
  const sentAtMs = Date.now()
  const never = new AbortController().signal
  const end = await untilAnswered(never, () => switchyard.call(request, { requestId })).catch(
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  )
  return { requestId, sentAtMs, endedAtMs: Date.now(), end }
}
