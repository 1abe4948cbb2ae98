import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { text as readText } from 'node:stream/consumers'

// An OpenAI-compatible host that answers `POST /<milliseconds>/v1/chat/completions` after that time, whole or
// streamed. It does nothing else, so that what stands on top of its latency is the contender's. `GET /calls` counts.

const ANSWER = 'Seventeen ships sailed before noon.'
const USAGE = { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 }

let calls = 0

const server = createServer((request, response) => {
  void (request.url === '/calls' ? response.end(String(calls)) : answer(request, response))
})
// An idle connection must not be closed under a contender's next call.
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', 1024, () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the upstream has no port')
  console.log(`bench child ready: ${JSON.stringify({ port: address.port })}`)
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  calls++
  const [, latencyMs = '0'] = (request.url ?? '').split('/')
  const isOver = delay(Number(latencyMs))
  const body: { readonly model: string; readonly stream?: boolean } = JSON.parse(await readText(request))
  await isOver
  const isStreamed = body.stream === true
  response.writeHead(200, { 'content-type': isStreamed ? 'text/event-stream' : 'application/json' })
  response.end(isStreamed ? events(body.model) : whole(body.model))
}

function whole(model: string): string {
  const message = { role: 'assistant', content: ANSWER, refusal: null }
  const choices = [{ index: 0, message, finish_reason: 'stop' }]
  return JSON.stringify({ ...envelope(model, 'chat.completion'), choices, usage: USAGE })
}

function events(model: string): string {
  const base = envelope(model, 'chat.completion.chunk')
  const chunks = [
    { ...base, choices: [{ index: 0, delta: { role: 'assistant', content: ANSWER }, finish_reason: null }] },
    { ...base, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    { ...base, choices: [], usage: USAGE },
  ]
  return `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`
}

function envelope(model: string, object: string) {
  return { id: `chatcmpl-${calls}`, object, created: Math.floor(Date.now() / 1000), model }
}
