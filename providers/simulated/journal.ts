import { type FileHandle, open } from 'node:fs/promises'
import { z } from 'zod'

const entrySchema = z.object({
  /** Of the header `x-switchyard-attempt`; empty where the caller sent none. */
  attemptId: z.string(),
  /** When it was written, ISO 8601. */
  at: z.string(),
  model: z.string(),
  surface: z.enum(['openai', 'anthropic']),
  /** The HTTP status sent; 0 when no answer was begun. */
  status: z.number(),
  fault: z.string().optional(),
  /** What the call is billed at, however it ended for the caller. */
  inputTokens: z.number(),
  outputTokens: z.number(),
  /** Whether a whole HTTP answer was about to be sent. */
  answered: z.boolean(),
})

/** One call that the simulated provider served. */
export type JournalEntry = Readonly<z.infer<typeof entrySchema>>

/** The provider's own record of what it served: what a bill would be written from. */
export interface Journal {
  /** Resolves once the entry is on disk. Entries that wait together share one sync. */
  append(entry: JournalEntry): Promise<void>
  /** All entries on disk, those of earlier processes included. */
  entries(): readonly JournalEntry[]
  /** Waits for what is being written. */
  close(): Promise<void>
}

interface Waiting {
  readonly entry: JournalEntry
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Opens or creates a journal of JSON lines. A last line that a crash cut is dropped: nobody was answered for it.
 * @param sync brings the file to the disk
 */
export async function openJournal(
  file: string,
  sync: (handle: FileHandle) => Promise<void> = (handle) => handle.sync(),
): Promise<Journal> {
  const handle = await open(file, 'a+')
  const entries = await readEntries(handle)
  let waiting: Waiting[] = []
  let writing: Promise<void> | undefined

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await handle.appendFile(batch.map(({ entry }) => `${JSON.stringify(entry)}\n`).join(''))
        await sync(handle)
        for (const { entry, resolve } of batch) {
          entries.push(entry)
          resolve()
        }
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    writing = undefined
  }

  return {
    append: (entry) =>
      new Promise((resolve, reject) => {
        waiting.push({ entry, resolve, reject })
        writing ??= write()
      }),
    entries: () => [...entries],
    close: async () => {
      await writing
      await handle.close()
    },
  }
}

async function readEntries(handle: FileHandle): Promise<JournalEntry[]> {
  const text = await handle.readFile('utf8')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) await handle.truncate(Buffer.byteLength(whole))
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => entrySchema.parse(JSON.parse(line)))
}
