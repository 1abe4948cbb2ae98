import type { ImageInput } from '../client/inputs/message-input.ts'
import { UsageError } from './cli-error.ts'
import { extname } from 'node:path'
import { readFile } from 'node:fs/promises'
import { messageOf } from '../domain/message-of.ts'

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
}

/** Reads an image file, or takes an address as it is. @throws UsageError */
export async function readImage(place: string): Promise<ImageInput> {
  if (/^https?:\/\//.test(place)) return { type: 'image', url: place }
  const mediaType = MEDIA_TYPES[extname(place).toLowerCase()]
  if (mediaType === undefined) {
    throw new UsageError(
      `${place} is no image that can be sent`,
      `Use one of ${Object.keys(MEDIA_TYPES).join(', ')}.`,
    )
  }
  try {
    return { type: 'image', data: await readFile(place), mediaType }
  } catch (error) {
    throw new UsageError(`cannot read ${place}: ${messageOf(error)}`, 'Check the path.', {
      cause: error,
    })
  }
}
