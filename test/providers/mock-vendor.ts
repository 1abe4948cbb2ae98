import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import type { JsonObject } from '../../domain/json.ts'

export interface ReceivedCall {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: JsonObject
}

/** A vendor's API on this machine that says what the test wants and keeps what it was asked. */
export interface MockVendor {
  readonly url: string
  readonly calls: readonly ReceivedCall[]
  /** Becomes true when a caller hangs up before its answer ends. */
  readonly hungUp: () => boolean
  close(): Promise<void>
}

export type Answer = (response: ServerResponse, call: ReceivedCall) => void

export async function startMockVendor(answer: Answer): Promise<MockVendor> {
  const calls: ReceivedCall[] = []
  let hungUp = false
  const server = createServer((incoming, response) => {
    response.once('close', () => (hungUp ||= !response.writableFinished))
    void receive(incoming).then(
      (call) => {
        calls.push(call)
        return answer(response, call)
      },
      () => response.destroy(),
    )
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    hungUp: () => hungUp,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function receive(incoming: IncomingMessage): Promise<ReceivedCall> {
  const body: JsonObject = JSON.parse(await readText(incoming))
  return { path: incoming.url ?? '', headers: incoming.headers, body }
}

/** Answers with JSON. */
export function json(body: object, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }
}

/** Server-sent events as OpenAI writes them: nameless, closed by `[DONE]`. */
export function openAiEvents(events: readonly object[]): string {
  return `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`
}

/** Server-sent events as Anthropic writes them: each with its type as name. */
export function anthropicEvents(events: readonly { readonly type: string }[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}

/** Answers with server-sent events; `end` says how the connection closes after them. */
export function stream(text: string, end: 'properly' | 'broken' | 'never' = 'properly'): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    response.write(text, () => {
      if (end === 'properly') response.end()
      if (end === 'broken') response.socket?.destroy()
    })
  }
}
