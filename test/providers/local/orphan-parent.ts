import { startModelHost } from '../../../providers/local/host-client.ts'

// Loads a model and tells the process that holds it. The test then kills this process.
const [modelPath] = process.argv.slice(2)
if (modelPath === undefined) throw new Error('usage: orphan-parent.ts <model.gguf>')
const host = await startModelHost({ modelPath, version: 'orphan', slots: 1, contextSize: 512 })
process.stdout.write(`${host.status().processId}\n`)
