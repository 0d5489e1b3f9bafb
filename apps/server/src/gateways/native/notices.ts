import type {
  Candidate,
  CaptureAgreement,
  CaptureProgress,
  Peer,
  ServerEvent,
  Signal as WireSignal,
} from '@duet/protocol'
import type { Agreement, Notice, PeerInfo, Signal } from '@duet/rules'
import { DIALECT } from './dialect.ts'

/** Where a member is, in words of its own. */
export interface Place {
  room: string
  /** For a receiver: the code that leads there. */
  code?: string
}

/**
 * What the core says to a member of a room, as JSON fields of the native dialect; undefined when
 * this dialect has no word for it.
 */
export function writeNotice(notice: Notice, place: Place): string | undefined {
  const written = writeDescription(notice)
  if (written !== undefined) return written
  const event = toServerEvent(notice, place)
  return event && writeEvent(event)
}

/** The fields of an event as JSON, without the braces around them: its numbers come beside them. */
export function writeEvent(event: ServerEvent): string {
  return JSON.stringify(event).slice(1, -1)
}

/** A description that another client of this dialect wrote. */
function writeDescription(notice: Notice): string | undefined {
  if (notice.type !== 'signal' || notice.signal.type !== 'description') return undefined
  const { auth, original } = notice.signal
  if (original?.dialect !== DIALECT.name) return undefined
  const proof = auth === undefined ? '' : `,"auth":${JSON.stringify(auth)}`
  // Ids of this dialect's members hold nothing that JSON escapes.
  const from = `"from":"${notice.from}"`
  return `"type":"description","description":${String(original.data)}${proof},${from}`
}

function toServerEvent(notice: Notice, { room, code }: Place): ServerEvent | undefined {
  switch (notice.type) {
    case 'joined':
      return {
        type: 'joined',
        room,
        self: notice.self,
        peers: notice.peers.map(({ peer, isAway, isPublishing, signals }) => ({
          ...toPeer(peer),
          isAway,
          ...(isPublishing ? { isPublishing } : {}),
          signals: signals.flatMap((signal) => toWireSignal(signal) ?? []),
        })),
        ...(code === undefined ? {} : { code }),
        ...(notice.captures ? { captures: toAgreement(notice.captures) } : {}),
      }
    case 'full':
      return { type: 'full', room, waiting: notice.waiting }
    case 'knocking':
      return { type: 'knocking', room }
    case 'knock':
      return { type: 'knock', peer: toPeer(notice.peer) }
    case 'knock-over':
      return { type: 'knock-over', peer: notice.peer }
    case 'captures':
      return { type: 'captures', ...toAgreement(notice) }
    case 'capture-state':
      // Whoever carries it out says it in words of this dialect.
      return {
        type: 'capture-state',
        capture: notice.capture,
        ...(notice.progress as CaptureProgress),
      }
    case 'occupancy':
    case 'code':
    case 'capture-begun':
    case 'capture-over':
    // Answered by the session, which knows the media server.
    case 'media-allowed':
      return undefined
    case 'left':
    case 'seat-lost':
      return { type: notice.type }
    case 'peer-back':
      return { type: 'peer-back', peer: notice.peer, fresh: notice.isFresh }
    case 'signal': {
      const signal = toWireSignal(notice.signal)
      return signal && { ...signal, from: notice.from }
    }
    case 'chat': {
      const { body, isSealed } = notice.text
      return { type: 'chat', from: notice.from, body, ...(isSealed ? { sealed: true } : {}) }
    }
    case 'refused':
      // Nobody asks for a label here.
      if (notice.code === 'label-taken') return undefined
      return {
        type: 'error',
        code: notice.code,
        message: 'the room refused the request',
        replyTo: notice.ref,
      }
    case 'peer-joined':
      return { type: 'peer-joined', peer: toPeer(notice.peer) }
    case 'dismissed':
    case 'peer-left':
    case 'peer-away':
    case 'peer-publishing':
      return notice
  }
}

function toAgreement({ consents, active }: Agreement): CaptureAgreement {
  return {
    consents: consents.map(({ member, purposes }) => ({ member, purposes: [...purposes] })),
    active: active.map(({ id, purpose, by }) => ({ id, purpose, by })),
  }
}

function toPeer({ id, name, tag, dialect, user }: PeerInfo): Peer {
  return {
    id,
    name,
    tag,
    ...(dialect === DIALECT.name ? {} : { dialect }),
    ...(user === undefined ? {} : { user }),
  }
}

function toWireSignal(signal: Signal): WireSignal | undefined {
  switch (signal.type) {
    case 'description': {
      const { type, description, auth } = signal
      return { type, description, ...(auth === undefined ? {} : { auth }) }
    }
    case 'candidate':
      // Candidates that came through the parser have this form; gateways translate into it.
      return { type: 'candidate', candidate: signal.candidate as Candidate | null }
    case 'mismatch':
      return signal
    case 'other':
      return undefined
  }
}
