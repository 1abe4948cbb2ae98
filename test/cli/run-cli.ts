import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

export interface CliRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliOptions {
  /** Sent to standard input, which is then closed. */
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  /** Called with everything that stands on standard error so far, each time there is more. */
  readonly onError?: (stderr: string, child: ChildProcess) => void
}

/** Runs `node cli/main.ts` with these arguments to its end, without the Temporal settings of this shell. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'))
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...Object.fromEntries(inherited), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let seen = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    seen += chunk
    options.onError?.(seen, child)
  })
  child.stdin.end(options.input ?? '')
  const closed = new Promise<number | null>((resolve) => {
    child.on('close', resolve)
  })
  const stdout = await text(child.stdout)
  return { code: await closed, stdout, stderr: seen }
}

/** The document that a command printed in JSON mode. Throws when there is anything else on standard output. */
export function documentOf({ stdout }: CliRun): unknown {
  return JSON.parse(stdout)
}
