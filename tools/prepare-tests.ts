import { createProgressPrinter } from './progress.ts'
import { ensureChromium } from './chromium.ts'
import { ensureTemporalCli } from './temporal-server.ts'
import { messageOf } from '../domain/message-of.ts'

// Before the tests, so that none of them runs into its time limit while the server is being built.
try {
  const onProgress = createProgressPrinter(process.stdout)
  const path = await ensureTemporalCli({ onProgress })
  onProgress(`Temporal dev server: ${path}`)
  if (process.argv.includes('--browser')) {
    // Without it the tests that need it fail and say so; the others do not care.
    const chromium = await ensureChromium(onProgress)
    if (chromium !== undefined) onProgress(`Chromium: ${chromium}`)
  }
  // On a terminal the printer leaves its line open.
  if (process.stdout.isTTY) process.stdout.write('\n')
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exitCode = 1
}
