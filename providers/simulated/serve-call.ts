import type { IncomingMessage, ServerResponse } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { ATTEMPT_HEADER, decodeAttemptId } from '../http/attempt-headers.ts'
import { behaviourOf, type SimulatedBehaviour } from './behaviour.ts'
import { parseDirectives } from './directive.ts'
import { type HttpFault, httpFault } from './fault.ts'
import type { Journal, JournalEntry } from './journal.ts'
import { limitHeaders } from './limit-headers.ts'
import { type PlannedReply, planReply } from './plan-reply.ts'
import { createRandom } from './seeded-random.ts'
import { sendReply } from './send-reply.ts'
import type { SimulatedRequest, Surface } from './surface.ts'

/** What the calls of one server share. */
export interface CallServing {
  readonly seed: number
  readonly behaviour: SimulatedBehaviour
  readonly journal: Journal
  /** How often something was seen before, by its key; counts it. */
  readonly countUp: (key: string) => number
}

/** Serves one model call: decides, waits, writes the journal, answers; in this order. */
export async function serveCall(
  surface: Surface,
  incoming: IncomingMessage,
  response: ServerResponse,
  serving: CallServing,
): Promise<void> {
  const receivedMs = performance.now()
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const record = (facts: CallFacts): Promise<void> =>
    serving.journal.append(toEntry(surface, incoming, facts))

  const read = await readCall(surface, incoming, serving)
  if ('problem' in read) {
    await record({ model: '', status: 400, answered: true })
    return sendError(surface, response, read.problem, 0)
  }
  const { request, planned } = read
  const error = httpFault(planned.fault)
  const isSent =
    planned.fault !== 'hang' &&
    (await passes(receivedMs + waitMs(request, planned) - performance.now(), gone.signal))
  await record(billed(request, planned, isSent))
  if (!isSent) return planned.fault === 'hang' ? untilGone(gone.signal) : undefined
  setLimitHeaders(surface, response, planned)
  if (error !== undefined) return sendError(surface, response, error, planned.retryAfterMs)
  await sendReply({ surface, request, planned, response, receivedMs, gone: gone.signal })
}

interface ReadCall {
  readonly request: SimulatedRequest
  readonly planned: PlannedReply
}

async function readCall(
  surface: Surface,
  incoming: IncomingMessage,
  serving: CallServing,
): Promise<ReadCall | { readonly problem: HttpFault }> {
  try {
    const request = surface.readRequest(JSON.parse(await readText(incoming)))
    const directive = parseDirectives(request.lastUserText)
    const { model, lastUserText } = request
    // By content and not by order of arrival: then calls at once do not change each other's fate.
    const seen = serving.countUp(`prompt ${model} ${lastUserText}`)
    const random = createRandom(serving.seed, surface.name, model, lastUserText, seen)
    const strikes = serving.countUp(`directive ${directive.key ?? ''}`) < (directive.times ?? Infinity)
    const behaviour = behaviourOf(serving.behaviour, model)
    return {
      request,
      planned: planReply({ request, behaviour, directive, directiveStrikes: strikes, random }),
    }
  } catch (error) {
    return { problem: badRequest(error) }
  }
}

function badRequest(error: unknown): HttpFault {
  const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
  return {
    status: 400,
    message: `Simulated: cannot read the request: ${reason}`,
    openAi: { type: 'invalid_request_error', code: null },
    anthropicType: 'invalid_request_error',
  }
}

/** A hanging call is journaled at once: whoever waits for it may be gone any time. */
function waitMs(request: SimulatedRequest, { fault, latencyMs, firstTokenMs }: PlannedReply): number {
  const isStreamed =
    request.stream && httpFault(fault) === undefined && fault !== 'drop' && fault !== 'garbage'
  return isStreamed ? firstTokenMs : latencyMs
}

type CallFacts = Pick<JournalEntry, 'model' | 'status' | 'answered'> &
  Partial<Pick<JournalEntry, 'fault' | 'inputTokens' | 'outputTokens'>>

function billed(request: SimulatedRequest, { fault, reply }: PlannedReply, isSent: boolean): CallFacts {
  const base = { model: request.model, ...(fault === undefined ? {} : { fault }) }
  const error = httpFault(fault)
  if (error !== undefined) return { ...base, status: isSent ? error.status : 0, answered: isSent }
  const { inputTokens, outputTokens } = reply
  const isBegun = isSent && fault !== 'drop'
  return {
    ...base,
    status: isBegun ? 200 : 0,
    inputTokens,
    outputTokens,
    answered: isBegun && fault !== 'cut',
  }
}

function toEntry(surface: Surface, incoming: IncomingMessage, facts: CallFacts): JournalEntry {
  const header = incoming.headers[ATTEMPT_HEADER]
  return {
    attemptId: typeof header === 'string' ? decodeAttemptId(header) : '',
    at: new Date().toISOString(),
    surface: surface.name,
    inputTokens: 0,
    outputTokens: 0,
    ...facts,
  }
}

/** Waits; `false` when the caller hung up before the time was over. */
async function passes(milliseconds: number, gone: AbortSignal): Promise<boolean> {
  try {
    await delay(Math.max(0, milliseconds), undefined, { signal: gone })
    return true
  } catch {
    return false
  }
}

function untilGone(gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) resolve()
    else gone.addEventListener('abort', () => resolve(), { once: true })
  })
}

function setLimitHeaders(surface: Surface, response: ServerResponse, { limits }: PlannedReply): void {
  if (limits === undefined) return
  const headers = limitHeaders(surface.name, limits, Date.now())
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}

function sendError(surface: Surface, response: ServerResponse, fault: HttpFault, retryAfterMs: number): void {
  const wait = fault.status === 429 ? { 'retry-after': String(retryAfterMs / 1000) } : {}
  response.writeHead(fault.status, { 'content-type': 'application/json', ...wait })
  response.end(JSON.stringify(surface.error(fault)))
}
