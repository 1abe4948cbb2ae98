/** Text that travels inside a payload because it is short. */
export interface InlineContent {
  readonly inline: string
}

/** Text kept in the content store, named by the SHA-256 (lower-case hex) of its UTF-8 bytes. */
export interface ContentRef {
  readonly sha256: string
  /** Length in UTF-8 bytes. */
  readonly bytes: number
}

/** A piece of text as it travels through Temporal: short ones inline, long ones by reference. */
export type Content = InlineContent | ContentRef

/** Text of at most this many UTF-8 bytes travels inline. */
export const MAX_INLINE_BYTES = 1024

/** Parts into which a content store is divided, by the first byte of the hashes. */
export const CONTENT_PARTS = 256

/** The largest single text that Switchyard accepts or stores, in UTF-8 bytes. */
export const MAX_CONTENT_BYTES = 64 * 1024 * 1024

/** Wraps short text. Longer text goes through the content store instead. */
export function inlineContent(text: string): InlineContent {
  return { inline: text }
}

/** Tells a reference from inline text. */
export function isContentRef(content: Content): content is ContentRef {
  return 'sha256' in content
}

/** The references anywhere inside a JSON-safe value, each hash once. */
export function findContentRefs(value: unknown): readonly ContentRef[] {
  const found = new Map<string, ContentRef>()
  const search = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    if (isReference(part)) found.set(part.sha256, { sha256: part.sha256, bytes: part.bytes })
    else for (const member of Object.values(part)) search(member)
  }
  search(value)
  return [...found.values()]
}

function isReference(value: object): value is ContentRef {
  if (!('sha256' in value && 'bytes' in value)) return false
  const { sha256, bytes } = value
  return typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) && typeof bytes === 'number'
}

/** The content's length in UTF-8 bytes. */
export function contentBytes(content: Content): number {
  return isContentRef(content) ? content.bytes : utf8Length(content.inline)
}

/** Length of a text in UTF-8 bytes. A lone surrogate counts three, as its replacement character does. */
export function utf8Length(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}
