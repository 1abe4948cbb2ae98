import { createLiveBlock } from '../render/live-block.ts'
import { isFinal, type RolloutState } from '../../domain/rollout/state.ts'
import type { RolloutHandle } from '../../client/rollout-handle.ts'
import { rolloutLines } from '../render/rollout-status.ts'
import { formatUtc } from '../../domain/format-utc.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Terminal } from '../terminal.ts'

const LOOK_EVERY_MS = 1000

/** Shows a rollout as it goes on, until it has ended or the signal comes: redrawn on a terminal, else its decisions. */
export async function watchRollout(
  handle: RolloutHandle,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<RolloutState> {
  const view = terminal.noteStream.isTTY ? blockView(terminal, handle.rolloutId) : lineView(terminal)
  try {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- each look follows the one before
      const state = await handle.state()
      if (signal.aborted) return state
      view.show(state)
      if (isFinal(state.stage)) return state
      // oxlint-disable-next-line no-await-in-loop
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {})
    }
  } finally {
    view.end()
  }
}

interface RolloutView {
  show(state: RolloutState): void
  end(): void
}

function blockView({ noteStream }: Terminal, rolloutId: string): RolloutView {
  const block = createLiveBlock(noteStream)
  return {
    show: (state) => {
      block.draw(rolloutLines(state, rolloutId))
    },
    end: () => {
      block.clear()
    },
  }
}

/** The record may lose its oldest entries, so what was shown is told by its moment and text. */
function lineView(terminal: Terminal): RolloutView {
  const shown = new Set<string>()
  return {
    show: ({ history }) => {
      for (const { atMs, by, text } of history) {
        const line = `${formatUtc(atMs)}  ${by}: ${text}`
        if (shown.has(line)) continue
        shown.add(line)
        terminal.note(line)
      }
    },
    end: () => {},
  }
}
