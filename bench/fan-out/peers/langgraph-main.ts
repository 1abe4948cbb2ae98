import { Annotation, END, Send, START, StateGraph } from '@langchain/langgraph'
import { callUpstream } from '../upstream/call-upstream.ts'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { randomUUID } from 'node:crypto'
import { runAll, servePeer } from './serve-peer.ts'

// LangGraph with its Postgres checkpointer: a map step that sends each call to a node of its own. Durability `sync`
// writes a step down before the next one starts, which is what the others do as well.

const [upstreamUrl = '', databaseUrl = ''] = process.argv.slice(2)

const FanOutState = Annotation.Root({
  width: Annotation<number>,
  latencyMs: Annotation<number>,
  answers: Annotation<string[]>({
    reducer: (left, right) => [...left, ...right],
    default: () => [],
  }),
})

const checkpointer = PostgresSaver.fromConnString(databaseUrl)
await checkpointer.setup()

const graph = new StateGraph(FanOutState)
  .addNode('call', async ({ latencyMs }: { readonly latencyMs: number }) => ({
    answers: [await callUpstream(upstreamUrl, latencyMs)],
  }))
  .addConditionalEdges(START, ({ width, latencyMs }) =>
    Array.from({ length: width }, () => new Send('call', { latencyMs })),
  )
  .addEdge('call', END)
  .compile({ checkpointer })

servePeer((asked) =>
  runAll(asked, async () => {
    const { width, latencyMs } = asked
    const config = { configurable: { thread_id: randomUUID() }, durability: 'sync' as const }
    const { answers } = await graph.invoke({ width, latencyMs }, config)
    return answers
  }),
)
