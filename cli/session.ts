import { createSwitchyard, type Switchyard } from '../client/switchyard.ts'
import { type DevFacts, readDevFile } from '../workers/dev-settings.ts'
import { findTemporal } from '../client/connect.ts'
import type { GlobalOptions } from './global-options.ts'
import { loadSettings } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** A connection to Switchyard, and what is known about where it runs. */
export interface Session {
  readonly switchyard: Switchyard
  readonly tenant: string
  /** Base address of the Temporal UI, where it is known. */
  readonly uiUrl?: string
}

/**
 * Connects: `--address`, else TEMPORAL_ADDRESS, else the dev system that runs on the data folder, else
 * `localhost:7233`. @throws NotConnectedError
 */
export async function openSession(options: GlobalOptions): Promise<Session> {
  const settings = loadSettings(options)
  const dev = await readDevFile(settings.dataDir)
  const chosen = {
    ...(options.address === undefined ? {} : { address: options.address }),
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
    ...(dev === undefined ? {} : { fallback: { address: dev.address, namespace: dev.namespace } }),
  }
  const isDev = dev !== undefined && findTemporal(chosen).options.address === dev.address
  return {
    switchyard: await createSwitchyard({
      ...chosen,
      contentDir: isDev ? dev.contentDir : settings.contentDir,
    }),
    tenant: options.tenant ?? 'default',
    ...(isDev && dev.uiUrl !== undefined ? { uiUrl: dev.uiUrl } : {}),
  }
}

/** A session with a dev system that this process knows already. */
export async function openDevSession(
  dev: Omit<DevFacts, 'pid'>,
  { tenant = 'default' }: GlobalOptions,
): Promise<Session> {
  const { address, namespace, contentDir, uiUrl } = dev
  return {
    switchyard: await createSwitchyard({ address, namespace, contentDir }),
    tenant,
    ...(uiUrl === undefined ? {} : { uiUrl }),
  }
}

/** Runs with a session and closes it, whatever happens. */
export async function withSession<Result>(
  options: GlobalOptions,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await openSession(options)
  try {
    return await work(session)
  } finally {
    await session.switchyard.close()
  }
}

/** Says so when nobody is there to do the work: it is kept, but nothing would seem to happen. */
export async function warnWithoutWorkers({ switchyard }: Session, terminal: Terminal): Promise<void> {
  if ((await switchyard.orchestrators()) > 0) return
  terminal.note(
    `No orchestrator worker polls at ${switchyard.address}: the request is kept and runs as soon as one starts ` +
      '(`npm run dev`).',
  )
}

/** Where the Temporal UI shows a workflow. */
export function workflowLink({ switchyard, uiUrl }: Session, workflowId: string): string | undefined {
  if (uiUrl === undefined || uiUrl === '') return undefined
  return `${uiUrl}/namespaces/${switchyard.namespace}/workflows/${encodeURIComponent(workflowId)}`
}
