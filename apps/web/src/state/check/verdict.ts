/** Everything that `/check` tries, in the order in which it is shown. */
export const CHECK_GROUPS = {
  server: ['browser', 'secure', 'server', 'websocket', 'clock'],
  calls: ['stun', 'turn-udp', 'turn-tcp', 'turn-tls', 'media'],
  network: ['udp', 'ipv4', 'ipv6', 'mapping', 'filtering'],
  device: ['camera', 'microphone', 'speaker'],
} as const

export type CheckGroup = keyof typeof CHECK_GROUPS
export type CheckId = (typeof CHECK_GROUPS)[CheckGroup][number]

export const CHECK_IDS: readonly CheckId[] = Object.values(CHECK_GROUPS).flat()

/** What does not work; the page has its words. */
export const CHECK_FAULTS = [
  'no-webrtc',
  'no-codec',
  'insecure',
  'server-unreachable',
  'socket-refused',
  'socket-silent',
  'clock-differs',
  'stun-silent',
  'no-relay',
  'turn-udp-silent',
  'turn-tcp-silent',
  'turn-tls-silent',
  'turn-refused',
  'turn-no-packets',
  'media-refused',
  'media-no-path',
  'media-no-picture',
  'udp-blocked',
  'camera-denied',
  'camera-missing',
  'camera-busy',
  'camera-dark',
  'microphone-denied',
  'microphone-missing',
  'microphone-busy',
  'microphone-silent',
  'speaker-unheard',
] as const
export type CheckFault = (typeof CHECK_FAULTS)[number]

/** What more there is to say of something that works. */
export const CHECK_NOTES = [
  'browser',
  'browser-no-screen',
  'socket',
  'clock',
  'stun',
  'stun-direct',
  'turn',
  'media',
  'address',
  'no-translation',
  'same-mapping',
  'changing-mapping',
  'open-to-all',
  'open-to-ports',
  'open-to-address',
  'closed-to-others',
  'device',
] as const
export type CheckNote = (typeof CHECK_NOTES)[number]

/** Why something was not tried. */
export const CHECK_REASONS = [
  'needs-server',
  'needs-webrtc',
  'needs-secure',
  'not-offered',
  'no-media-server',
  'needs-login',
  'not-found-out',
  'not-seen',
  'other-address',
  'one-port',
  'too-many',
  'microphone-unmeasured',
] as const
export type CheckReason = (typeof CHECK_REASONS)[number]

/** What a sentence may mention. */
export interface CheckFacts {
  /** An address of a server, as in an ICE server's URL. */
  server?: string
  address?: string
  ms?: number
  seconds?: number
  /** Of STUN and TURN, or of HTTP. */
  code?: number
  name?: string
  width?: number
  height?: number
}

/** What became of a check. */
export type CheckVerdict =
  | { kind: 'ok'; note?: CheckNote; facts: CheckFacts }
  | { kind: 'fails'; fault: CheckFault; facts: CheckFacts }
  | { kind: 'untried'; reason: CheckReason }

/** waiting: not begun. */
export type CheckState =
  | { name: 'waiting' }
  | { name: 'running' }
  | { name: 'done'; verdict: CheckVerdict }

export function ok(note?: CheckNote, facts: CheckFacts = {}): CheckVerdict {
  return { kind: 'ok', ...(note && { note }), facts }
}

export function fails(fault: CheckFault, facts: CheckFacts = {}): CheckVerdict {
  return { kind: 'fails', fault, facts }
}

export function untried(reason: CheckReason): CheckVerdict {
  return { kind: 'untried', reason }
}
