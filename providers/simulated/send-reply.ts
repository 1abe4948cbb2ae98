import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { PlannedReply } from './plan-reply.ts'
import type { SimulatedRequest, Surface } from './surface.ts'

/** One answer that is about to be sent; its journal entry is on disk. */
export interface Sending {
  readonly surface: Surface
  readonly request: SimulatedRequest
  readonly planned: PlannedReply
  readonly response: ServerResponse
  /** When the request came, by `performance.now()`: every wait counts from there, so that none adds up. */
  readonly receivedMs: number
  /** Aborted when the caller hung up. */
  readonly gone: AbortSignal
}

const WEB_PAGE = '<!doctype html><title>Simulated garbage</title><h1>It works!</h1>'

/** Sends the answer, or what its fault makes of it. */
export async function sendReply(sending: Sending): Promise<void> {
  const { planned, request, response } = sending
  if (planned.fault === 'drop') {
    response.socket?.resetAndDestroy()
  } else if (planned.fault === 'garbage') {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(WEB_PAGE)
  } else if (request.stream) {
    await sendStream(sending)
  } else {
    sendWhole(sending)
  }
}

function sendWhole({ surface, request, planned, response }: Sending): void {
  const body = Buffer.from(JSON.stringify(surface.answer(request, planned.reply)))
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  if (planned.fault !== 'cut') response.end(body)
  else response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy())
}

async function sendStream(sending: Sending): Promise<void> {
  const { surface, request, planned, response, receivedMs, gone } = sending
  const { head, pieces, tail } = surface.events(request, planned.reply)
  const sent = planned.fault === 'cut' ? pieces.slice(0, Math.ceil(pieces.length / 2)) : pieces
  const pauseMs = (planned.latencyMs - planned.firstTokenMs) / Math.max(1, pieces.length)
  const dueMs = (index: number): number => receivedMs + planned.firstTokenMs + index * pauseMs
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  response.write([...head, ...sent.slice(0, 1)].join(''))
  for (const [index, piece] of sent.entries()) {
    if (index === 0) continue
    await waitUntil(dueMs(index), gone)
    if (gone.aborted) return
    response.write(piece)
  }
  await waitUntil(dueMs(sent.length), gone)
  if (planned.fault === 'cut') response.write(': ', () => response.socket?.destroy())
  else response.end(tail.join(''))
}

/** Waits, but not for less than a timer can tell apart. */
async function waitUntil(dueMs: number, gone: AbortSignal): Promise<void> {
  const leftMs = dueMs - performance.now()
  if (leftMs >= 1) await delay(leftMs, undefined, { signal: gone }).catch(() => undefined)
}
