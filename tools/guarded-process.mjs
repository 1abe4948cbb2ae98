import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

// Plain JavaScript, because the bootstrap needs it before anything is installed.

const GUARD = fileURLToPath(new URL('child-guard.mjs', import.meta.url))

/** Starts `command` so that it cannot outlive this process, however this process ends. */
export function spawnGuarded(command, args, { cwd, env, stdio, graceMs = 5_000 } = {}) {
  const guard = spawn(process.execPath, [GUARD, String(graceMs), command, ...args], {
    cwd,
    env: env ?? process.env,
    // A session of its own: Ctrl-C must not reach the guard or its child before this process has decided.
    detached: true,
    stdio: [...(stdio ?? ['ignore', 'inherit', 'inherit']), 'pipe'],
  })
  const channel = guard.stdio[3]
  channel.on('error', () => {})
  const heard = listen(guard, channel)
  const tell = (word) => {
    if (channel.writable) channel.write(`${word}\n`)
  }
  return {
    pid: heard.pid,
    exited: heard.exited,
    signal: tell,
    stop: () => {
      tell('end')
      return heard.exited
    },
    stdout: guard.stdio[1],
    stderr: guard.stdio[2],
  }
}

function listen(guard, channel) {
  const pid = deferred()
  const exited = deferred()
  pid.promise.catch(() => {})
  exited.promise.catch(() => {})
  let runningPid
  let received = ''
  const take = (message) => {
    if (message.pid !== undefined) {
      runningPid = message.pid
      pid.resolve(message.pid)
    }
    if (message.exited !== undefined) {
      runningPid = undefined
      exited.resolve(message.exited)
    }
    if (message.error !== undefined) fail(new Error(message.error))
  }
  const fail = (error) => {
    pid.reject(error)
    exited.reject(error)
  }
  channel.setEncoding('utf8')
  channel.on('data', (chunk) => {
    received += chunk
    const lines = received.split('\n')
    received = lines.pop()
    for (const line of lines) take(JSON.parse(line))
  })
  guard.on('error', fail)
  guard.on('close', () => {
    // Settled long since, unless somebody killed the guard itself: then its child is ours to end.
    if (runningPid !== undefined) killGroup(runningPid)
    pid.reject(new Error('the guard process was killed before it started its command'))
    exited.resolve({ code: null, signal: 'SIGKILL' })
  })
  return { pid: pid.promise, exited: exited.promise }
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody is left in the group.
  }
}

// Node 20 has no Promise.withResolvers.
function deferred() {
  let resolve
  let reject
  const promise = new Promise((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}
