import { type Finding, fail, ok } from './check.ts'
import { connect } from 'node:net'

const CONNECT_TIMEOUT_MS = 3_000
const DEFAULT_PORT = 5432

/** Where the ledger is, and whether a PostgreSQL that was chosen for it answers. */
export async function checkDatabase(
  databaseUrl: string | undefined,
  dataDir: string,
): Promise<readonly Finding[]> {
  if (databaseUrl === undefined) return [ok('Database', `embedded, in ${dataDir}`)]
  // Only host and port are shown: the rest holds a password.
  const { hostname, port } = new URL(databaseUrl)
  const place = `${hostname}:${port === '' ? DEFAULT_PORT : port}`
  const problem = await tryConnection(hostname, port === '' ? DEFAULT_PORT : Number(port))
  if (problem === undefined) return [ok('Database', `PostgreSQL answers at ${place}`)]
  return [
    fail(
      'Database',
      `no PostgreSQL answers at ${place}: ${problem}`,
      'Start it, or correct DATABASE_URL; without it the embedded database is used.',
    ),
  ]
}

function tryConnection(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS })
    const end = (problem: string | undefined): void => {
      socket.destroy()
      resolve(problem)
    }
    socket.on('connect', () => {
      end(undefined)
    })
    socket.on('timeout', () => {
      end(`no connection within ${CONNECT_TIMEOUT_MS / 1000} s`)
    })
    socket.on('error', ({ message }) => {
      end(message)
    })
  })
}
