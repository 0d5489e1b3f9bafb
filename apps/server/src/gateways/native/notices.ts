import type { Candidate, ServerEvent, Signal as WireSignal } from '@duet/protocol'
import type { Notice, Signal } from '@duet/rules'

/** What the core says to a member of `room`, in the native dialect. */
export function toServerEvent(notice: Notice, room: string): ServerEvent {
  switch (notice.type) {
    case 'joined':
      return {
        type: 'joined',
        room,
        self: notice.self,
        peers: notice.peers.map(({ peer, isAway, signals }) => ({
          ...peer,
          isAway,
          signals: signals.map(toWireSignal),
        })),
      }
    case 'full':
      return { type: 'full', room, waiting: notice.waiting }
    case 'left':
    case 'seat-lost':
      return { type: notice.type }
    case 'peer-back':
      return { type: 'peer-back', peer: notice.peer, fresh: notice.isFresh }
    case 'signal':
      return { ...toWireSignal(notice.signal), from: notice.from }
    case 'chat': {
      const { body, isSealed } = notice.text
      return { type: 'chat', from: notice.from, body, ...(isSealed ? { sealed: true } : {}) }
    }
    case 'refused':
      return {
        type: 'error',
        code: notice.code,
        message: 'the room refused the request',
        replyTo: notice.ref,
      }
    case 'peer-joined':
    case 'peer-left':
    case 'peer-away':
      return notice
  }
}

function toWireSignal(signal: Signal): WireSignal {
  // Candidates that came through the parser have this form; others are translated by their gateway.
  if (signal.type === 'candidate') {
    return { type: 'candidate', candidate: signal.candidate as Candidate | null }
  }
  return signal
}
