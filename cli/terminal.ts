/** Where a command writes: results to `out`, everything that is said along the way to `note`. */
export interface Terminal {
  /** Writes to standard output, with a line break. Only the result; in JSON mode one document. */
  out(text: string): void
  /** Writes a line to standard error. */
  note(text: string): void
  /** The stream behind `note`, for lines that are redrawn. */
  readonly noteStream: NodeJS.WriteStream
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
  })
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    noteStream: process.stderr,
  }
}
