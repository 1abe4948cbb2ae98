import { readPort, startChild } from '../child.ts'
import type { Contender } from '../fan-out.ts'
import { createDatabase } from '../../../test/fixtures/postgres.ts'
import { join } from 'node:path'

export const PEERS = ['restate', 'dbos', 'langgraph'] as const
export type Peer = (typeof PEERS)[number]

export interface PeerParts {
  readonly upstreamUrl: string
  /** For what a peer keeps in files. */
  readonly folder: string
  /** The PostgreSQL server; each peer gets a database of its own on it. */
  readonly postgresUrl: () => Promise<string>
  /** Takes over the process, to stop it at the end. */
  readonly stack: AsyncDisposableStack
}

const NAMES: Readonly<Record<Peer, string>> = { restate: 'Restate', dbos: 'DBOS', langgraph: 'LangGraph' }

/** Starts another durable system in a process of its own. @throws Error when it does not come up */
export async function startPeer(peer: Peer, parts: PeerParts): Promise<Contender> {
  const place =
    peer === 'restate' ? join(parts.folder, 'restate') : await createDatabase(await parts.postgresUrl())
  const child = await startChild({
    script: `peers/${peer}-main.ts`,
    parameters: [parts.upstreamUrl, place],
    variables: { NODE_ENV: 'production' },
  })
  parts.stack.defer(async () => void (await child.stop()))
  const url = `http://127.0.0.1:${readPort(child)}`
  return {
    name: NAMES[peer],
    run: async (fanOut) => {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(fanOut) })
      const text = await response.text()
      if (!response.ok) throw new Error(text)
      const { ms }: { readonly ms: number } = JSON.parse(text)
      return ms
    },
  }
}
