import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { startModelHost } from '../../../providers/local/host-client.ts'
import type { HostAnswer, ModelHost } from '../../../providers/local/model-host.ts'

// An inference server that knows no grammar: `response_format` is read over, as some real ones do, so that a model of
// random weights answers with anything but JSON. Usage: node loose-server.ts MODEL.gguf NAME

const SLOTS = 2
const CALL_TIMEOUT_MS = 60_000

const bodySchema = z.object({
  messages: z.array(z.object({ content: z.unknown() })),
  max_tokens: z.number().optional(),
  max_completion_tokens: z.number().optional(),
  temperature: z.number().optional(),
  seed: z.number().optional(),
  stream: z.boolean().default(false),
})

const [modelPath = '', name = ''] = process.argv.slice(2)
const host = await startModelHost({
  modelPath,
  version: name,
  slots: SLOTS,
  contextSize: 1024,
  gpu: false,
  maxQueued: 100,
})
const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    response.writeHead(500, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: { message: String(error) } }))
  })
})
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify(server.address())))
process.once('SIGTERM', () => {
  server.close()
  void host.kill().then(() => process.exit(0))
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.endsWith('/models') === true) {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ object: 'list', data: [{ id: name, object: 'model' }] }))
    return
  }
  // It has no metrics.
  if (request.method === 'GET') {
    response.writeHead(404).end()
    return
  }
  const body = bodySchema.parse(JSON.parse(await readText(request)))
  if (body.stream) await stream(host, body, response)
  else await complete(host, body, response)
}

async function complete(
  on: ModelHost,
  body: z.infer<typeof bodySchema>,
  response: ServerResponse,
): Promise<void> {
  const generated = await generate(on, body, () => {})
  const message = { role: 'assistant', content: generated.text }
  const choice = { index: 0, finish_reason: generated.finishReason, message }
  response.setHeader('content-type', 'application/json')
  response.end(
    JSON.stringify({ ...envelope('chat.completion'), choices: [choice], usage: usageOf(generated) }),
  )
}

async function stream(
  on: ModelHost,
  body: z.infer<typeof bodySchema>,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const send = (choices: readonly object[], rest: object = {}): void => {
    response.write(`data: ${JSON.stringify({ ...envelope('chat.completion.chunk'), choices, ...rest })}\n\n`)
  }
  const generated = await generate(on, body, (text) => {
    send([{ index: 0, delta: { content: text }, finish_reason: null }])
  })
  send([{ index: 0, delta: {}, finish_reason: generated.finishReason }])
  send([], { usage: usageOf(generated) })
  response.end('data: [DONE]\n\n')
}

function generate(
  on: ModelHost,
  body: z.infer<typeof bodySchema>,
  onDelta: (text: string) => void,
): Promise<HostAnswer> {
  const { messages, temperature, seed } = body
  return on.generate(
    {
      messages: messages.map(({ content }) => ({
        role: 'user',
        text: typeof content === 'string' ? content : JSON.stringify(content),
      })),
      maxOutputTokens: body.max_completion_tokens ?? body.max_tokens ?? 32,
      ...(temperature === undefined ? {} : { temperature }),
      ...(seed === undefined ? {} : { seed }),
    },
    { signal: new AbortController().signal, timeoutMs: CALL_TIMEOUT_MS, onDelta },
  )
}

function envelope(object: string) {
  return { id: 'chatcmpl-loose', object, created: 1_790_000_000, model: name }
}

function usageOf({ figures: { promptTokens, outputTokens } }: HostAnswer) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: outputTokens,
    total_tokens: promptTokens + outputTokens,
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk)
  return text
}
