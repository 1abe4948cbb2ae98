import type { HostOrder, HostReport, TextScore } from './protocol.ts'

/** Keeps the texts that a host was asked to score. */
export interface ScoreDesk {
  /** @throws Error that says why there is no score */
  ask(text: string): Promise<TextScore>
  handle(report: Extract<HostReport, { type: 'scored' | 'score-failed' }>): void
  /** The process is gone. */
  abandon(reason: string): void
}

export function createScoreDesk(send: (order: HostOrder) => void): ScoreDesk {
  const open = new Map<number, PromiseWithResolvers<TextScore>>()
  let lastId = 0
  return {
    ask: (text) => {
      const id = ++lastId
      const asked = Promise.withResolvers<TextScore>()
      open.set(id, asked)
      send({ type: 'score', id, text })
      return asked.promise
    },
    handle: (report) => {
      const asked = open.get(report.id)
      open.delete(report.id)
      if (report.type === 'score-failed') asked?.reject(new Error(report.reason))
      else asked?.resolve({ tokens: report.tokens, logLikelihood: report.logLikelihood })
    },
    abandon: (reason) => {
      open.forEach(({ reject }) => reject(new Error(reason)))
      open.clear()
    },
  }
}
