import { runProcess } from './process/run-process.ts'
import { startDev } from './dev.ts'

await runProcess('dev', async ({ config }) => {
  const system = await startDev({
    dataDir: config.dataDir,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  })
  const ui = system.uiUrl === undefined ? '' : `, UI at ${system.uiUrl}`
  process.stderr.write(`Switchyard runs on Temporal at ${system.address}${ui}; logs in ${system.logFile}\n`)
  return system
})
