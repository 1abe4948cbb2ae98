import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { spawnGuarded } from './guarded-process.mjs'

// Plain JavaScript for Node 20, because the bootstrap needs it before anything is installed.

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGWINCH', 'SIGUSR2']
/** A worker that drains may need this long when the terminal or npm is killed. */
const GRACE_MS = 20_000
const PARENT_CHECK_MS = 1_000

/**
 * Runs a command on this process's terminal until it ends, passes signals on to its whole group, and returns its
 * exit code (128 + the signal's number when one ended it). `wasInterrupted` tells whether the user asked for the end.
 */
export async function runInForeground(command, args, { cwd, env } = {}) {
  const child = spawnGuarded(command, args, {
    cwd,
    env,
    stdio: ['inherit', 'inherit', 'inherit'],
    graceMs: GRACE_MS,
  })
  let wasInterrupted = false
  const listeners = PASSED_ON.map((name) => {
    const listener = () => {
      if (name !== 'SIGWINCH') wasInterrupted = true
      child.signal(name)
    }
    process.on(name, listener)
    return [name, listener]
  })
  const stopWatching = onParentGone(() => {
    wasInterrupted = true
    void child.stop()
  })
  try {
    const { code, signal } = await child.exited
    return { code: code ?? 128 + (constants.signals[signal] ?? 0), wasInterrupted }
  } finally {
    stopWatching()
    for (const [name, listener] of listeners) process.off(name, listener)
  }
}

// npm runs us in a shell, and a SIGKILL of npm reaches neither: we only see that one of them has a new parent.
function onParentGone(callback) {
  if (process.env.npm_lifecycle_event === undefined) return () => {}
  const atStart = lineage()
  const timer = setInterval(() => {
    if (lineage() === atStart) return
    clearInterval(timer)
    callback()
  }, PARENT_CHECK_MS)
  timer.unref()
  return () => clearInterval(timer)
}

function lineage() {
  return `${process.ppid} ${parentOf(process.ppid)}`
}

/** From Linux's process table; undefined elsewhere. */
function parentOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[1]
  } catch {
    return undefined
  }
}
