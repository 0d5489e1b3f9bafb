/** What to type on a TV to make it one, as short as browsers understand it. */
export function tvAddressOf(origin: string): string {
  const { host, port, protocol } = new URL(origin)
  return protocol === 'https:' && port !== '' ? `${origin}/tv` : `${host}/tv`
}
