import { runInForeground } from '../../tools/run-in-foreground.mjs'

// Runs a shell script as the bootstrap would run a command.
const { code } = await runInForeground('sh', ['-c', process.argv[2] ?? ''])
process.exitCode = code
