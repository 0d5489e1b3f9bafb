/** What can go wrong with a session; each has its sentence in `MEDIA_FAULTS`. */
export type MediaFault = keyof typeof MEDIA_FAULTS

/** One sentence for each fault, for whoever reads logs; pages have their own words for the codes. */
export const MEDIA_FAULTS = {
  'bad-address': 'This is no address of a media server.',
  unauthorized: 'The media server wants another token, or does not let this one do it.',
  'not-found': 'The media server has nothing at this address.',
  busy: 'Somebody else publishes under this name.',
  overloaded: 'The media server has no place left, or was asked too often.',
  refused: 'The media server does not take this offer.',
  failed: 'The media server failed.',
  unreachable: 'The media server does not answer.',
  'bad-answer': 'The answer of the media server can not be used.',
  'no-path': 'No way for sound and picture to the media server was found.',
  'no-webrtc': 'This browser has no WebRTC.',
} as const

/** Why a session is over; `closed`: this side ended it. */
export type MediaEndReason = MediaFault | 'closed'

/**
 * Where a publication or a playback stands. Transitions:
 *
 *     connecting -> connected <-> reconnecting
 *     any -> ended                   (final)
 */
export type MediaSessionState =
  | { name: 'connecting' }
  | { name: 'connected' }
  | { name: 'reconnecting' }
  | { name: 'ended'; reason: MediaEndReason; message: string }

/** What moves a session on; `down`: nothing flows any more. */
export type MediaSessionInput =
  | { type: 'up' }
  | { type: 'down' }
  | { type: 'end'; reason: MediaEndReason }

/** The next state of a session; the same object when `input` changes nothing. Pure. */
export function nextMediaSession(
  state: MediaSessionState,
  input: MediaSessionInput,
): MediaSessionState {
  if (state.name === 'ended') return state
  switch (input.type) {
    case 'up':
      return state.name === 'connected' ? state : { name: 'connected' }
    case 'down':
      return state.name === 'connected' ? { name: 'reconnecting' } : state
    case 'end': {
      const { reason } = input
      const message = reason === 'closed' ? 'It was closed here.' : MEDIA_FAULTS[reason]
      return { name: 'ended', reason, message }
    }
  }
}
