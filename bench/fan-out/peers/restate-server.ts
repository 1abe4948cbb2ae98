import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'

const START_TIMEOUT_MS = 60_000

/**
 * Starts a Restate server in this process's group, so that it ends with it, and registers the handlers.
 * @param folder where it keeps everything
 * @param handlersUrl where it finds the handlers
 */
export async function startRestateServer(
  folder: string,
  handlersUrl: string,
): Promise<{ readonly ingressUrl: string }> {
  const [node, ingress, admin] = [await freePort(), await freePort(), await freePort()]
  const server = spawn(binaryPath(), ['--no-logo', '--node-name', 'bench', '--base-dir', folder], {
    env: {
      RESTATE_BIND_IP: '127.0.0.1',
      RESTATE_LISTEN_MODE: 'tcp',
      RESTATE_BIND_PORT: String(node),
      RESTATE_INGRESS__BIND_PORT: String(ingress),
      RESTATE_ADMIN__BIND_PORT: String(admin),
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_LOG_FILTER: 'error',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  server.once('exit', (code) => {
    console.error(`the Restate server ended with ${code}`)
    process.exit(1)
  })
  await registered(`http://127.0.0.1:${admin}/deployments`, handlersUrl)
  return { ingressUrl: `http://127.0.0.1:${ingress}` }
}

/** The server as npm brought it for this machine. */
function binaryPath(): string {
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}`
  return fileURLToPath(import.meta.resolve(`${name}/bin/restate-server`))
}

async function registered(deploymentsUrl: string, handlersUrl: string): Promise<void> {
  const deadline = performance.now() + START_TIMEOUT_MS
  for (;;) {
    const answer = await fetch(deploymentsUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri: handlersUrl }),
    }).catch((error: unknown) => error)
    if (answer instanceof Response && answer.ok) return
    if (performance.now() > deadline) {
      const why = answer instanceof Response ? await answer.text() : String(answer)
      throw new Error(`the Restate server does not take the handlers: ${why}`)
    }
    await sleep(100)
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
