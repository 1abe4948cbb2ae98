import type { ImagePart } from '../../domain/message.ts'
import { ProviderError } from '../provider-error.ts'

/** The image types that every vision provider reads. */
const IMAGE_MEDIA_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const
export type ImageMediaType = (typeof IMAGE_MEDIA_TYPES)[number]

/** The first base64 characters of each type's magic bytes. */
const MAGIC: readonly (readonly [string, ImageMediaType])[] = [
  ['/9j/', 'image/jpeg'],
  ['iVBORw0KGgo', 'image/png'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
]

/**
 * The media type of an image: what the part says, else what its first bytes say.
 * @throws ProviderError `bad-request` when it is none that providers read
 */
export function imageMediaType(image: ImagePart<string>): ImageMediaType {
  const said = image.mediaType?.toLowerCase()
  const known = IMAGE_MEDIA_TYPES.find((type) => type === (said === 'image/jpg' ? 'image/jpeg' : said))
  if (known !== undefined) return known
  const seen = said === undefined ? MAGIC.find(([start]) => image.data?.startsWith(start)) : undefined
  if (seen !== undefined) return seen[1]
  throw new ProviderError(
    'bad-request',
    `an image is of type ${said ?? 'unknown'}: use one of ${IMAGE_MEDIA_TYPES.join(', ')}`,
  )
}
