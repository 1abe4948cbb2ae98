import { startTemporalServer } from '../../tools/temporal-server.ts'

// Starts a server, tells its process id, and holds it until this process is ended from outside.
const [cliPath = '', dbFile = ''] = process.argv.slice(2)
const server = await startTemporalServer({ cliPath, dbFile, headless: true })
process.stdout.write(`${server.pid}\n`)
await server.exited
