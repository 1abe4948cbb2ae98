/** Told what a long step is doing, as a line such as `Temporal dev server: compiling, 120 s`. */
export type ProgressListener = (line: string) => void

/** Repeats `describe(elapsedSeconds)` every two seconds until the returned function is called. */
export function tick(onProgress: ProgressListener, describe: (seconds: number) => string): () => void {
  const startedAt = performance.now()
  const timer = setInterval(() => {
    onProgress(describe(Math.round((performance.now() - startedAt) / 1000)))
  }, 2_000)
  timer.unref()
  return () => {
    clearInterval(timer)
  }
}

/**
 * A listener that prints: on a terminal it rewrites one line; elsewhere it prints a line when the step (the text
 * before the comma) changes, and otherwise at most every 20 seconds.
 */
export function createProgressPrinter(stream: NodeJS.WriteStream): ProgressListener {
  let lastStep = ''
  let lastPrintedAt = 0
  return (line) => {
    const step = line.split(',')[0] ?? line
    const isNewStep = step !== lastStep
    if (stream.isTTY) {
      stream.write(isNewStep && lastStep !== '' ? `\n${line}` : `\r\u001b[2K${line}`)
    } else if (isNewStep || performance.now() - lastPrintedAt > 20_000) {
      lastPrintedAt = performance.now()
      stream.write(`${line}\n`)
    }
    lastStep = step
  }
}
