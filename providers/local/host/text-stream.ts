/** Turns sampled tokens into text, holding back what may still become a stop string or half a character. */
export interface TextStream<Token> {
  /** Returns whether a stop string is now complete; the text then ends before it. */
  push(token: Token): boolean
  /** Gives out what was held back, and returns the whole text. */
  end(): string
}

/** UTF-8 has at most four bytes a character, so that more half characters than that are no characters. */
const MOST_BYTES_PER_CHARACTER = 4

/** Earlier tokens that a tokenizer looks at to place spaces. */
const CONTEXT_TOKENS = 8

export interface TextStreamOptions<Token> {
  /** The text of `tokens` as it follows after `previous`. */
  readonly toText: (tokens: readonly Token[], previous: readonly Token[]) => string
  readonly stop: readonly string[]
  readonly onText: (text: string) => void
}

/** Creates an empty stream. */
export function createTextStream<Token>(options: TextStreamOptions<Token>): TextStream<Token> {
  const stops = options.stop.filter((stop) => stop !== '')
  let previous: readonly Token[] = []
  let pending: Token[] = []
  let held = ''
  let text = ''

  const emit = (piece: string): void => {
    if (piece === '') return
    text += piece
    options.onText(piece)
  }

  const takePending = (): void => {
    held += options.toText(pending, previous)
    previous = [...previous, ...pending].slice(-CONTEXT_TOKENS)
    pending = []
  }

  return {
    push: (token) => {
      pending.push(token)
      const isHalf = options.toText(pending, previous).endsWith('\uFFFD')
      if (isHalf && pending.length < MOST_BYTES_PER_CHARACTER) return false
      takePending()
      const stopAt = earliestStop(held, stops)
      if (stopAt !== undefined) {
        emit(held.slice(0, stopAt))
        held = ''
        return true
      }
      const safe = held.length - longestStopBeginning(held, stops)
      emit(held.slice(0, safe))
      held = held.slice(safe)
      return false
    },
    end: () => {
      if (pending.length > 0) takePending()
      emit(held)
      held = ''
      return text
    },
  }
}

function earliestStop(text: string, stops: readonly string[]): number | undefined {
  const found = stops.map((stop) => text.indexOf(stop)).filter((index) => index !== -1)
  return found.length === 0 ? undefined : Math.min(...found)
}

/** How many characters at the end of the text could be the beginning of a stop string. */
function longestStopBeginning(text: string, stops: readonly string[]): number {
  const lengths = stops.map((stop) => {
    for (let length = Math.min(stop.length - 1, text.length); length > 0; length -= 1) {
      if (text.endsWith(stop.slice(0, length))) return length
    }
    return 0
  })
  return Math.max(0, ...lengths)
}
