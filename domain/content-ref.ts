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
