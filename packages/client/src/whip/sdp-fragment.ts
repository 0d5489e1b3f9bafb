/** The credentials of one ICE session. */
interface Credentials {
  fragment: string
  password: string
}

/**
 * Candidates as a fragment (RFC 8840 §9, RFC 9725 §4.3.2) with the credentials of `offer`. All stand in the first
 * media section, with which the others are bundled. `isLast`: there will be no more.
 * Undefined when the offer has no credentials.
 */
export function writeFragment(
  offer: string,
  candidates: readonly string[],
  isLast: boolean,
): string | undefined {
  const credentials = credentialsOf(offer)
  if (!credentials) return undefined
  const lines = linesOf(offer)
  const find = (start: string) => lines.find((line) => line.startsWith(start))
  return [
    find('a=group:BUNDLE'),
    find('m='),
    find('a=mid:'),
    `a=ice-ufrag:${credentials.fragment}`,
    `a=ice-pwd:${credentials.password}`,
    ...candidates.map((candidate) => `a=${candidate}`),
    isLast ? 'a=end-of-candidates' : undefined,
    '',
  ]
    .filter((line) => line !== undefined)
    .join('\r\n')
}

/**
 * The answer as it is after an ICE restart that `fragment` answers (RFC 9725 §4.3.3): with its credentials,
 * and its candidates where it has some. Undefined when the fragment has no credentials.
 */
export function restartedAnswer(answer: string, fragment: string): string | undefined {
  const credentials = credentialsOf(fragment)
  if (!credentials) return undefined
  const candidates = [...new Set(linesOf(fragment).filter(isOfCandidates))]
  const kept = linesOf(answer)
    .filter((line) => candidates.length === 0 || !isOfCandidates(line))
    .map((line) => {
      if (line.startsWith('a=ice-ufrag:')) return `a=ice-ufrag:${credentials.fragment}`
      return line.startsWith('a=ice-pwd:') ? `a=ice-pwd:${credentials.password}` : line
    })
  // What belongs to a media section stands before the next one, or at the end.
  const first = kept.findIndex(isMedia)
  const sections = kept.flatMap((line, index) =>
    isMedia(line) && index > first ? [...candidates, line] : line,
  )
  return `${[...sections, ...candidates].join('\r\n')}\r\n`
}

/** True for the description of a server that waits for checks and makes none (RFC 8445 §2.5). */
export function isIceLite(sdp: string): boolean {
  return linesOf(sdp).includes('a=ice-lite')
}

function credentialsOf(sdp: string): Credentials | undefined {
  const fragment = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1]
  const password = /^a=ice-pwd:(\S+)/m.exec(sdp)?.[1]
  return fragment === undefined || password === undefined ? undefined : { fragment, password }
}

function isOfCandidates(line: string): boolean {
  return line.startsWith('a=candidate:') || line === 'a=end-of-candidates'
}

function isMedia(line: string): boolean {
  return line.startsWith('m=')
}

function linesOf(sdp: string): string[] {
  return sdp.split(/\r?\n/).filter((line) => line !== '')
}
