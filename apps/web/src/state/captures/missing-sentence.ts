import type { Capture } from '@duet/client'
import type { MoreWords } from '../../i18n/more-en.ts'

/** Whose sound and picture do not arrive at what is taken; undefined: all do. `name`: of the other one. */
export function missingSentence(
  { purpose, missing = [] }: Pick<Capture, 'purpose' | 'missing'>,
  words: MoreWords,
  name: string,
): string | undefined {
  const { self, peer, both } = words.missing[purpose]
  if (missing.length > 1) return both
  if (missing.includes('self')) return self
  return missing.includes('peer') ? peer(name) : undefined
}
