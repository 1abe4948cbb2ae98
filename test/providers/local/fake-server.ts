import { createServer, type IncomingMessage, type Server } from 'node:http'
import { json } from 'node:stream/consumers'
import { once } from 'node:events'
import { z } from 'zod'

/** A small OpenAI-compatible inference server, as vLLM, llama.cpp's and Ollama look from outside. */
export interface FakeServer {
  /** Where its API begins: ends with `/v1`. */
  readonly baseUrl: string
  /** Paths that were asked for, in their order, with the model of each completion. */
  readonly asked: string[]
  /** What it has and how it answers; may be changed while it runs. */
  readonly behaviour: {
    models: readonly string[]
    completionStatus: number
    apiKey?: string
    metrics?: string
  }
  stop(): Promise<void>
}

/** @param port any free one by default */
export async function startFakeServer(models: readonly string[], port = 0): Promise<FakeServer> {
  const behaviour: FakeServer['behaviour'] = { models, completionStatus: 200 }
  const asked: string[] = []
  const server = createServer((request, response) => {
    void answer(request, behaviour, asked).then(({ status, type = 'application/json', text }) => {
      response.writeHead(status, { 'content-type': type })
      return response.end(text)
    })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    baseUrl: `http://127.0.0.1:${portOf(server)}/v1`,
    asked,
    behaviour,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

interface Answer {
  readonly status: number
  readonly type?: string
  readonly text: string
}

async function answer(
  request: IncomingMessage,
  behaviour: FakeServer['behaviour'],
  asked: string[],
): Promise<Answer> {
  const { url = '', headers } = request
  if (url === '/metrics') {
    return behaviour.metrics === undefined
      ? { status: 404, text: '' }
      : { status: 200, type: 'text/plain', text: behaviour.metrics }
  }
  if (behaviour.apiKey !== undefined && headers.authorization !== `Bearer ${behaviour.apiKey}`) {
    return { status: 401, text: '{"error":{"message":"no such key"}}' }
  }
  if (url === '/v1/models') {
    asked.push(url)
    return { status: 200, text: JSON.stringify({ data: behaviour.models.map((id) => ({ id })) }) }
  }
  const { model, stream } = completionSchema.parse(await json(request))
  asked.push(`${url} ${model}`)
  if (behaviour.completionStatus !== 200) {
    return { status: behaviour.completionStatus, text: '{"error":{"message":"the engine is dead"}}' }
  }
  if (!stream) return { status: 200, text: JSON.stringify(completion(model, 'message')) }
  const chunks = [JSON.stringify(completion(model, 'delta')), '[DONE]']
  return {
    status: 200,
    type: 'text/event-stream',
    text: chunks.map((chunk) => `data: ${chunk}\n\n`).join(''),
  }
}

const completionSchema = z.object({ model: z.string(), stream: z.boolean().default(false) })

function completion(model: string, part: 'message' | 'delta'): object {
  const message = { role: 'assistant', content: 'from the attached server' }
  return {
    id: 'completion-1',
    object: part === 'delta' ? 'chat.completion.chunk' : 'chat.completion',
    created: 1_750_000_000,
    model,
    choices: [{ index: 0, [part]: message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 5, completion_tokens: 4, total_tokens: 9 },
  }
}

function portOf(server: Server): number {
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port')
  return address.port
}
