// Usage: node child-guard.mjs <graceMs> <command> [args…], with a pipe to the parent as descriptor 3.
//
// Runs the command in its own process group and ends the whole group when the pipe closes, which the kernel does
// however the parent dies. Up the pipe go JSON lines: {pid}, {error} and {exited}; down it come signal names.
import { spawn } from 'node:child_process'
import { Socket } from 'node:net'

const [graceMs, command, ...args] = process.argv.slice(2)
const parent = new Socket({ fd: 3 })
const child = spawn(command, args, { detached: true, stdio: 'inherit' })
let isEnding = false

function say(message, after) {
  if (parent.writable) parent.write(`${JSON.stringify(message)}\n`, after)
  else after?.()
}

function signalGroup(name) {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, name)
  } catch {
    // Nobody is left in the group.
  }
}

function end() {
  if (isEnding || child.pid === undefined) return
  isEnding = true
  signalGroup('SIGTERM')
  setTimeout(() => signalGroup('SIGKILL'), Number(graceMs))
}

let received = ''
parent.setEncoding('utf8')
parent.on('data', (chunk) => {
  received += chunk
  const names = received.split('\n')
  received = names.pop()
  for (const name of names) {
    if (name === 'end') end()
    else signalGroup(name)
  }
})
parent.on('error', end)
parent.on('close', end)
process.on('SIGTERM', end)
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})

child.on('spawn', () => say({ pid: child.pid }))
child.on('error', (error) => {
  say({ error: error.message }, () => process.exit(127))
})
child.on('exit', (code, signal) => {
  // The command may have left children of its own behind.
  signalGroup('SIGKILL')
  say({ exited: { code, signal } }, () => process.exit(code ?? 1))
  setTimeout(() => process.exit(code ?? 1), 1_000)
})
