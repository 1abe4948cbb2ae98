import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { behaviourSchema } from './behaviour.ts'
import { startSimulatedServer } from './server.ts'

const USAGE = 'node providers/simulated/main.ts --journal FILE [--port N] [--seed N] [--behaviour FILE.json]'

const { values } = parseArgs({
  options: {
    journal: { type: 'string' },
    port: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    behaviour: { type: 'string' },
  },
})
const port = Number(values.port)
const seed = Number(values.seed)
if (values.journal === undefined || !Number.isInteger(port) || !Number.isInteger(seed)) {
  console.error(`The simulated provider needs a journal file and whole numbers.\nUsage: ${USAGE}`)
  process.exit(2)
}

const behaviour =
  values.behaviour === undefined
    ? undefined
    : behaviourSchema.parse(JSON.parse(await readFile(values.behaviour, 'utf8')))
const server = await startSimulatedServer({ journalFile: values.journal, port, seed, behaviour })
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.close())
console.log(JSON.stringify({ port: server.port }))
