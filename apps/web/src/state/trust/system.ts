/** Where a certificate is installed in a way of its own. */
export const SYSTEMS = ['ios', 'android', 'windows', 'macos', 'linux', 'firefox'] as const

export type System = (typeof SYSTEMS)[number]

/** The one that this browser runs on, by what it says of itself. */
export function systemOf(userAgent: string, touchPoints: number): System {
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'ios'
  // An iPad says that it is a Mac, and no Mac is touched.
  if (userAgent.includes('Macintosh') && touchPoints > 1) return 'ios'
  if (userAgent.includes('Android')) return 'android'
  // It has a list of its own.
  if (userAgent.includes('Firefox/')) return 'firefox'
  if (userAgent.includes('Windows')) return 'windows'
  return userAgent.includes('Macintosh') ? 'macos' : 'linux'
}

/** `AB:CD:EF:01…` as two lines can hold it: groups of two bytes. */
export function fingerprintGroups(fingerprint: string): string[] {
  return fingerprint.replaceAll(':', '').match(/.{1,4}/g) ?? []
}
