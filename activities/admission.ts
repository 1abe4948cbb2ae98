import type { AdmitCall, AdmitOutcome } from './admit-call.ts'
import type { Ledger } from '../store/ledger/ledger.ts'
import { type AdmissionDraft, draftAdmission } from './draft-admission.ts'
import type { Catalog } from '../domain/catalog/model.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import type { KeepContents } from './content-ownership.ts'
import { readBeginnings } from './read-beginnings.ts'
import type { RouteFacts } from '../domain/routing/route-facts.ts'

export interface AdmissionActivityDeps {
  readonly ledger: Ledger
  readonly catalog: Catalog
  /** SHA-256 in lower-case hex. */
  readonly hash: (text: string) => string
  /** What routing knows of this moment: measured times, health, budgets, the tenant's wishes. Default: nothing. */
  readonly facts?: (caller: { readonly tenant: string; readonly user?: string }) => Promise<RouteFacts>
  /** Has the workflow own the texts of its requests and answers. Default: nobody does. */
  readonly keepContents?: KeepContents
  /** Where the beginning of a long prompt is read, to tell what it is about. Default: only its size is known. */
  readonly contents?: Pick<ContentStore, 'get'>
  /** Milliseconds since the epoch; decides which budget windows a call counts in. Default: the machine's clock. */
  readonly now?: () => number
}

/** Opens attempts: routes the first one, reserves its worst case, and writes it down before anything is sent. */
export function createAdmissionActivities(deps: AdmissionActivityDeps) {
  return {
    admitCalls: async (input: { readonly calls: readonly AdmitCall[] }): Promise<readonly AdmitOutcome[]> => {
      const drafts = await Promise.all(input.calls.map((call) => draftWithFacts(call, deps)))
      const records = drafts.flatMap((draft) => ('record' in draft ? [draft.record] : []))
      const opened = (await deps.ledger.admit(records)).values()
      await deps.keepContents?.(input.calls.map(({ request }) => request))
      return drafts.map((draft) => {
        if ('rejected' in draft) return { status: 'rejected', reason: draft.rejected }
        if ('ask' in draft) return { status: 'unsure', ask: draft.ask }
        const { value } = opened.next()
        if (value === undefined) throw new Error('the ledger returned fewer outcomes than records')
        return value
      })
    },
  }
}

export type AdmissionActivities = ReturnType<typeof createAdmissionActivities>

/** Drafts an admission with what is known now; only a first attempt is routed, and needs to know it. */
export async function draftWithFacts(
  call: AdmitCall,
  deps: Omit<AdmissionActivityDeps, 'ledger' | 'keepContents'>,
): Promise<AdmissionDraft> {
  const { catalog, hash, contents, now = Date.now } = deps
  const isFirst = call.candidates === undefined
  const facts = isFirst ? await deps.facts?.(call) : undefined
  const texts = isFirst && contents !== undefined ? await readBeginnings(call.request, contents) : undefined
  return draftAdmission(call, {
    catalog,
    hash,
    facts: facts ?? {},
    nowMs: now(),
    ...(texts === undefined ? {} : { texts }),
  })
}
