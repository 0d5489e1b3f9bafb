import { CAST_CODE_LENGTH, readCastCode } from '@duet/protocol'

/** Why what stands in the field is no code. */
export type CodeFault = 'empty' | 'incomplete' | 'bad-character'

/** The address of this page with a code, as a TV shows it for phones. */
const ADDRESS = /\/cast#(.*)$/iu

/** What the field shows for what was typed or pasted: capitals, without what stands in between. */
export function tidyCode(text: string): string {
  const typed = ADDRESS.exec(text)?.[1] ?? text
  const capitals = typed.toUpperCase().replaceAll(/[\s-]/gu, '')
  const cut = Array.from(capitals).slice(0, CAST_CODE_LENGTH).join('')
  // A complete one as the TV shows it: where somebody read B, there is an 8.
  return readCastCode(cut) ?? cut
}

/** What is wrong with a tidy code; null when it is one. */
export function codeFaultOf(tidy: string): CodeFault | null {
  if (tidy === '') return 'empty'
  if (Array.from(tidy).some((character) => !isReadable(character))) return 'bad-character'
  return readCastCode(tidy) === undefined ? 'incomplete' : null
}

/** A letter of codes, or one that is read as such, as B for 8. */
function isReadable(character: string): boolean {
  return readCastCode(character.repeat(CAST_CODE_LENGTH)) !== undefined
}
