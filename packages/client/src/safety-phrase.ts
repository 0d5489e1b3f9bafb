/** Entries to choose from; the page has a picture and a word for each. */
export const PHRASE_ENTRIES = 256

/** Entries of one phrase. */
export const PHRASE_LENGTH = 4

/**
 * What both people compare. agreed: indices of `PHRASE_ENTRIES` pictures, the same on both sides
 * unless somebody is in between. failed: the peer did not keep to the rules of commit and reveal,
 * as somebody in between would have to.
 */
export type SafetyPhrase = { name: 'agreed'; indices: readonly number[] } | { name: 'failed' }
