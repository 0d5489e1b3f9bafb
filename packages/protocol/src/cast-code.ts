/** What the codes of casts are made of: no two that a person on a couch takes for one another. */
export const CAST_CODE_ALPHABET = 'ACDEFGHJKMNPQRTUVWXY2346789'

/** Characters of a code: 387 million codes. */
export const CAST_CODE_LENGTH = 6

/** Characters that stand in no code, and the one that must be meant. */
const MISREAD: ReadonlyMap<string, string> = new Map([
  ['B', '8'],
  ['Z', '2'],
])

/**
 * The one form of a code that a person typed: capitals, without what people put in between.
 * Undefined: it is none, and no receiver can have it.
 */
export function readCastCode(text: string): string | undefined {
  // Far longer than any code with its blanks: not worth reading.
  if (text.length > 16 * CAST_CODE_LENGTH) return undefined
  const characters = Array.from(text.toUpperCase().replace(/[\s-]/gu, ''), (character) => {
    return MISREAD.get(character) ?? character
  })
  const isCode =
    characters.length === CAST_CODE_LENGTH &&
    characters.every((character) => CAST_CODE_ALPHABET.includes(character))
  return isCode ? characters.join('') : undefined
}
