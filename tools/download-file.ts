import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ProgressListener } from './progress.ts'

export interface DownloadRequest {
  readonly url: string
  readonly target: string
  /** Lower-case hex of the whole file. */
  readonly sha256: string
  /** What the progress lines call it. */
  readonly label: string
  /** Until the server answers; 3,000 by default. */
  readonly connectTimeoutMs?: number
  /** Between two pieces of the file; 20,000 by default. */
  readonly stallTimeoutMs?: number
  readonly onProgress: ProgressListener
}

/** Fetches one file and moves it to `target` only when its SHA-256 is right. Throws, and leaves nothing, otherwise. */
export async function downloadFile(request: DownloadRequest): Promise<void> {
  const { url, target, sha256 } = request
  const abort = new AbortController()
  const part = `${target}.part-${process.pid}`
  const watchdog = createWatchdog(abort, request.connectTimeoutMs ?? 3_000)
  try {
    const response = await fetch(url, { signal: abort.signal })
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`)
    await mkdir(dirname(target), { recursive: true })
    const hash = createHash('sha256')
    const watched = watch(response, request, (chunk) => {
      watchdog.reset(request.stallTimeoutMs ?? 20_000)
      hash.update(chunk)
    })
    await pipeline(watched, createWriteStream(part), { signal: abort.signal })
    const found = hash.digest('hex')
    if (found !== sha256) throw new Error(`its SHA-256 is ${found}, not ${sha256}`)
    await rename(part, target)
  } catch (error) {
    throw new Error(`cannot fetch ${url}: ${reasonOf(error)}`, { cause: error })
  } finally {
    watchdog.stop()
    await rm(part, { force: true })
  }
}

async function* watch(
  response: Response,
  { label, onProgress }: DownloadRequest,
  onChunk: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const totalBytes = Number(response.headers.get('content-length') ?? 0)
  let receivedBytes = 0
  let reportedAt = 0
  for await (const chunk of response.body ?? []) {
    onChunk(chunk)
    receivedBytes += chunk.length
    if (performance.now() - reportedAt > 1_000) {
      reportedAt = performance.now()
      const total = totalBytes > 0 ? ` of ${megabytes(totalBytes)}` : ''
      onProgress(`${label}: downloading, ${megabytes(receivedBytes)}${total} MB`)
    }
    yield chunk
  }
}

function createWatchdog(abort: AbortController, firstMs: number) {
  const bark = (afterMs: number) =>
    setTimeout(() => {
      abort.abort(new Error(`no answer for ${afterMs / 1000} s`))
    }, afterMs)
  let timer = bark(firstMs)
  return {
    reset: (afterMs: number) => {
      clearTimeout(timer)
      timer = bark(afterMs)
    },
    stop: () => {
      clearTimeout(timer)
    },
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(0)
}

/** `fetch` hides why a connection failed in the error's cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}
