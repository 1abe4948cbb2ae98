import { spawnGuarded } from './guarded-process.mjs'
import { messageOf } from '../domain/message-of.ts'

export interface CommandResult {
  /** Null when a signal ended it or it could not be started. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Called with every whole line of standard error as it comes. */
  readonly onErrorLine?: (line: string) => void
}

/** Runs a command to its end and returns what it printed; a missing program is a null code, not an exception. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env, onErrorLine }: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawnGuarded(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr, onErrorLine)
  try {
    const { code } = await child.exited
    return { code, stdout: await stdout, stderr: await stderr }
  } catch (error) {
    return { code: null, stdout: '', stderr: messageOf(error) }
  }
}

async function collect(
  stream: NodeJS.ReadableStream | null,
  onLine?: (line: string) => void,
): Promise<string> {
  let text = ''
  let lineStart = 0
  for await (const chunk of stream ?? []) {
    text += chunk.toString()
    let lineEnd = text.indexOf('\n', lineStart)
    while (lineEnd >= 0) {
      onLine?.(text.slice(lineStart, lineEnd))
      lineStart = lineEnd + 1
      lineEnd = text.indexOf('\n', lineStart)
    }
  }
  return text
}

/** The last lines of a program's output, for an error message. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}
