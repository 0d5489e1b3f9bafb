/** A short key of fixed length for text of any length; equal only for equal text. */
export function digestOf(text: string): string {
  return new Bun.CryptoHasher('sha256').update(text.toWellFormed()).digest('hex')
}
