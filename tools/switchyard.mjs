#!/usr/bin/env node
// The `switchyard` command: runs the command line on the Node 24 that is installed beside it.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runInForeground } from './run-in-foreground.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

function findNode() {
  try {
    // npm may have put the package beside this one or further up.
    const manifest = createRequire(import.meta.url).resolve('node/package.json')
    const node = join(dirname(manifest), 'bin', 'node')
    return existsSync(node) ? node : undefined
  } catch {
    return undefined
  }
}

const node = findNode()
if (node === undefined) {
  console.error(`Switchyard is not installed yet: run "npm ci" in ${ROOT}.`)
  process.exitCode = 1
} else {
  const { code } = await runInForeground(node, [join(ROOT, 'cli', 'main.ts'), ...process.argv.slice(2)])
  process.exitCode = code
}
