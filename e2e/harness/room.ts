const KEY_BYTES = 18

/** The link of a new room with a key, on `origin`. */
export function newRoom(origin: string): string {
  const key = Buffer.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES))).toString('base64url')
  return `${origin}/r/test-${crypto.randomUUID().slice(0, 8)}#k=${key}`
}

/** `link` with the preview skipped: `/r/lake?autostart=true&name=Ann#k=…`. */
export function autostart(link: string, name: string): string {
  const url = new URL(link)
  url.searchParams.set('autostart', 'true')
  url.searchParams.set('name', name)
  return url.href
}
