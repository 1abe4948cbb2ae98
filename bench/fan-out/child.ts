import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { spawnGuarded } from '../../tools/guarded-process.mjs'

/** A script in a process of its own, which ends with this one. */
export interface Child {
  /** What it printed after the text that told that it is ready. */
  readonly ready: string
  stop(): Promise<unknown>
}

export interface ChildOptions {
  /** The script, relative to the bench's folder. */
  readonly script: string
  readonly parameters?: readonly string[]
  /** All of its environment: nothing of this process's own changes what is measured. */
  readonly variables?: Readonly<Record<string, string>>
  /** What it prints once it serves; the rest of that line comes back as `ready`. */
  readonly readyText?: string
}

/** No library prints this by itself. */
const READY = 'bench child ready: '
const LAST_LINES = 15
const START_TIMEOUT_MS = 120_000

/** Starts a script with Node and waits until it serves. @throws Error with its last words when it does not */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { script, parameters = [], variables = {}, readyText = READY } = options
  const path = fileURLToPath(import.meta.resolve(`./${script}`))
  const child = spawnGuarded(process.execPath, [path, ...parameters], {
    env: variables,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const fail = (why: string): void => reject(new Error(`${script} ${why}:\n${lines.join('\n')}`))
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface(stream).on('line', (line) => {
      const found = line.indexOf(readyText)
      if (found >= 0) resolve(line.slice(found + readyText.length))
      lines.push(line)
      if (lines.length > LAST_LINES) lines.shift()
    })
  }
  child.exited.then(
    () => fail('ended before it was ready'),
    (error: unknown) => fail(String(error)),
  )
  const timer = setTimeout(() => fail('is not ready in time'), START_TIMEOUT_MS)
  try {
    return { ready: await promise, stop: () => child.stop() }
  } catch (error) {
    await child.stop()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** The port that a child printed as `bench child ready: {"port": 1234}`. */
export function readPort(child: Child): number {
  const { port }: { readonly port: number } = JSON.parse(child.ready)
  return port
}
