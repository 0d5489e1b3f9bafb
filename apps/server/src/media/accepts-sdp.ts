const RANGES: ReadonlySet<string> = new Set(['*/*', 'application/*', 'application/sdp'])

/** Whether `Accept` lets a description be the answer (RFC 9110 §12.5.1); everything does that says nothing. */
export function acceptsSdp(accept: string | null): boolean {
  if (accept === null || accept.trim() === '') return true
  return accept.split(',').some((part) => {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    const isRefused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
    return RANGES.has(range) && !isRefused
  })
}
