import { messageOf } from '../../domain/message-of.ts'

/** What one check found. */
export interface Finding {
  /** What was looked at: `Node`, `Temporal server`. */
  readonly subject: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly detail: string
  /** What to do about it; absent when it is ok. */
  readonly whatToDo?: string
}

/** Looks at one thing. Never throws. */
export type Check = () => Promise<readonly Finding[]>

export function ok(subject: string, detail: string): Finding {
  return { subject, state: 'ok', detail }
}

export function warn(subject: string, detail: string, whatToDo: string): Finding {
  return { subject, state: 'warn', detail, whatToDo }
}

export function fail(subject: string, detail: string, whatToDo: string): Finding {
  return { subject, state: 'fail', detail, whatToDo }
}

/** Runs checks, each to its end; one that breaks is a finding of its own. */
export async function runChecks(checks: Readonly<Record<string, Check>>): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    Object.entries(checks).map(async ([subject, check]) => {
      try {
        return await check()
      } catch (error) {
        const reason = messageOf(error)
        return [fail(subject, `could not be checked: ${reason}`, 'Correct what the message names.')]
      }
    }),
  )
  return findings.flat()
}
