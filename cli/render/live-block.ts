import { createLogUpdate } from 'log-update'
import { oneLine } from '../../domain/one-line.ts'

/** Some lines at the bottom of a terminal that are drawn again and again. */
export interface LiveBlock {
  draw(lines: readonly string[]): void
  /** Takes the lines away; what is written next stands in their place. */
  clear(): void
}

/** A block on a terminal. */
export function createLiveBlock(stream: NodeJS.WriteStream): LiveBlock {
  const log = createLogUpdate(stream)
  return {
    draw: (lines) => {
      // From its top: what a window is too low for is the end of a list.
      const shown = lines.slice(0, Math.max(1, (stream.rows ?? 24) - 1))
      log(shown.map((line) => cutLine(line, (stream.columns ?? 80) - 1)).join('\n'))
    },
    clear: () => {
      log.clear()
      log.done()
    },
  }
}

function cutLine(line: string, width: number): string {
  const indent = /^ */.exec(line)?.[0] ?? ''
  return line.length <= width ? line : indent + oneLine(line, width - indent.length)
}
