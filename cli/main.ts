import { processTerminal } from './terminal.ts'
import { runCommandLine } from './program.ts'

// Ends the process although something may still hold it open: half-started parts, a query nobody waits for.
process.exit(await runCommandLine(process.argv.slice(2), processTerminal()))
