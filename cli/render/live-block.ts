import { oneLine } from './format.ts'

/** Some lines at the bottom of a terminal that are drawn again and again. */
export interface LiveBlock {
  draw(lines: readonly string[]): void
  /** Takes the lines away; what is written next stands in their place. */
  clear(): void
}

const HIDE_CURSOR = '\u001b[?25l'
const SHOW_CURSOR = '\u001b[?25h'
const CLEAR_BELOW = '\u001b[0J'

/** A block on a terminal that understands ANSI escapes. */
export function createLiveBlock(stream: NodeJS.WriteStream): LiveBlock {
  let height = 0
  const toTop = (): string => (height === 0 ? '\r' : `\r\u001b[${height}A`)
  return {
    draw: (lines) => {
      // A line that wraps, or a block taller than the window, could not be found again.
      const shown = lines.slice(0, Math.max(1, (stream.rows ?? 24) - 1))
      const cut = shown.map((line) => cutLine(line, (stream.columns ?? 80) - 1))
      stream.write(`${HIDE_CURSOR}${toTop()}${CLEAR_BELOW}${cut.join('\n')}\n`)
      height = cut.length
    },
    clear: () => {
      stream.write(`${toTop()}${CLEAR_BELOW}${SHOW_CURSOR}`)
      height = 0
    },
  }
}

function cutLine(line: string, width: number): string {
  const indent = /^ */.exec(line)?.[0] ?? ''
  return line.length <= width ? line : indent + oneLine(line, width - indent.length)
}
