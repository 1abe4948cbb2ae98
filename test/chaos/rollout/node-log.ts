import type { HostPhase } from '../../../domain/nodes/node.ts'

/** A version on a node as it went into a phase. */
export interface LoggedPhase {
  /** Of the node's process: another life of the node has another. */
  readonly pid: number
  readonly model: string
  readonly version: string
  readonly phase: HostPhase
  readonly atMs: number
}

const PHASE_LINE = /^(\S+) (\S+): (loading|warming|probing|ready|draining|failed)$/

/** Reads what a GPU node has logged about its versions, all its lives together. */
export function readNodeLog(output: string): readonly LoggedPhase[] {
  return output.split('\n').flatMap((line) => {
    const entry = readLine(line)
    const [, model, version, phase] = PHASE_LINE.exec(entry?.msg ?? '') ?? []
    if (entry === undefined || model === undefined || version === undefined) return []
    // The expression allows no other word.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return [{ pid: entry.pid, model, version, phase: phase as HostPhase, atMs: Date.parse(entry.time) }]
  })
}

/** The process that wrote last. */
export function lastPid(output: string): number | undefined {
  return output
    .split('\n')
    .flatMap((line) => readLine(line) ?? [])
    .at(-1)?.pid
}

interface LogLine {
  readonly pid: number
  readonly time: string
  readonly msg: string
}

function readLine(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const entry: LogLine = JSON.parse(line)
    return entry
  } catch {
    // Cut off by the kill.
    return undefined
  }
}
