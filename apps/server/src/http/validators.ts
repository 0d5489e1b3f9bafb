/** What tells one version of a file from another (RFC 9110 §8.8). */
export interface Validators {
  etag: string
  /** Milliseconds since the epoch, in whole seconds. */
  modifiedAt: number
}

/** Made of what the file system knows of a file, its content unread. */
export function validatorsOf({ size, mtimeMs }: { size: number; mtimeMs: number }): Validators {
  const etag = `"${size.toString(16)}-${Math.round(mtimeMs * 1000).toString(16)}"`
  return { etag, modifiedAt: Math.floor(mtimeMs / 1000) * 1000 }
}

/** Whether the browser has this version already (RFC 9110 §13.2.2). */
export function isNotModified(request: Headers, { etag, modifiedAt }: Validators): boolean {
  const known = request.get('if-none-match')
  if (known !== null) {
    const tags = new Set(known.split(',').map((tag) => tag.trim().replace(/^W\//, '')))
    return tags.has(etag) || tags.has('*')
  }
  return modifiedAt <= Date.parse(request.get('if-modified-since') ?? '')
}

/** Whether a range would continue what the browser has of another version (RFC 9110 §13.1.5). */
export function isRangeStale(request: Headers, { etag, modifiedAt }: Validators): boolean {
  const known = request.get('if-range')
  return known !== null && known !== etag && Date.parse(known) !== modifiedAt
}
