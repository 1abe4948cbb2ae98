import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A script of this folder in a process of its own, and the lines that it has printed. */
export interface Child {
  readonly process: ChildProcess
  readonly lines: readonly string[]
  /** Resolves when it has printed so many lines; rejects when it ends before. */
  printed(count: number): Promise<void>
  /** SIGKILL, then everything that it had printed is in `lines`. */
  kill(): Promise<void>
}

export function startChild(script: string, ...args: readonly string[]): Child {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  const ended = once(reader, 'close')
  reader.on('line', (line) => lines.push(line))
  return {
    process: child,
    lines,
    printed: (count) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const check = () => lines.length >= count && resolve()
      reader.on('line', check)
      void ended.then(() => reject(new Error(`${script} ended after ${lines.length} lines`)))
      check()
      return promise
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
