/** What to type to get to the page at `path`, as short as browsers understand it. */
export function typedAddress(origin: string, path: '/tv' | '/cast'): string {
  const { host, port, protocol } = new URL(origin)
  // Browsers try a scheme's own port by themselves, and no other with HTTPS.
  return protocol === 'https:' && port !== '' ? `${origin}${path}` : `${host}${path}`
}
