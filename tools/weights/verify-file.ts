import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** The SHA-256 of a file, lower-case hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

/**
 * Whether the file has this SHA-256. Big weights take a minute to hash, so a file once found right is not hashed
 * again while its path, size and times stay the same; that is noted in `cacheDir`.
 */
export async function hasSha256(path: string, sha256: string, cacheDir: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile() !== true) return false
  const identity = JSON.stringify([path, found.size, found.mtimeMs, found.ctimeMs, found.ino])
  const noteKey = createHash('sha256').update(path).digest('hex').slice(0, 16)
  const note = join(cacheDir, 'verified', `${sha256}-${noteKey}.json`)
  if ((await readFile(note, 'utf8').catch(() => '')) === identity) return true
  if ((await hashFile(path)) !== sha256) return false
  await mkdir(join(cacheDir, 'verified'), { recursive: true })
  await writeFile(note, identity)
  return true
}
