import type { Candidate } from '@duet/protocol'

/** Only what a candidate is made of: anything else could be too deep to be written again. */
export function plainCandidate(from: Candidate): Candidate {
  const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = from
  return {
    candidate,
    ...(sdpMid === undefined ? {} : { sdpMid }),
    ...(sdpMLineIndex === undefined ? {} : { sdpMLineIndex }),
    ...(usernameFragment === undefined ? {} : { usernameFragment }),
  }
}
