import type {
  CheckFacts,
  CheckFault,
  CheckGroup,
  CheckId,
  CheckNote,
  CheckReason,
} from '../state/check/verdict.ts'

/** A fault in words: for who calls, and for who runs the server. */
export interface FaultWords {
  /** What is wrong. */
  what: (facts: CheckFacts) => string
  /** Why it matters. */
  why: string
  /** The one thing to change, where the one who calls can change something. */
  change: string
  /** The one thing to change on the server. */
  operator: string
}

const server = ({ server: name }: CheckFacts): string => name ?? 'the server'
const ms = ({ ms: time }: CheckFacts): string => `${Math.round(time ?? 0)} ms`

const RELAY_WHY =
  'Calls between networks that let nothing in go over this relay. Without it, such a call stays black.'
const OTHER_NETWORK =
  'Try another network, such as a phone’s. If it works there, this network is in the way.'

/** Every word of the page of checks, in English; the other languages have the same keys. */
export const checkEn = {
  title: 'Check',
  lead: 'Tries everything that a call needs, from this browser.',
  running: (done: number, total: number) => `Trying … ${done} of ${total}`,
  allWell: 'Everything that was tried works.',
  someFail: (count: number) =>
    count === 1 ? 'One thing does not work.' : `${count} things do not work.`,
  stillDevices: 'Now try camera, microphone and speaker below.',
  again: 'Check again',
  copy: 'Copy the report',
  copyHint: 'For whoever helps you. It holds network addresses, and no passwords.',
  groups: {
    server: 'Browser and server',
    calls: 'Ways for sound and picture',
    network: 'Your network',
    device: 'Camera, microphone, speaker',
  } satisfies Record<CheckGroup, string>,
  labels: {
    browser: 'Browser',
    secure: 'Secure page',
    server: 'Server',
    websocket: 'Signaling',
    clock: 'Clock',
    stun: 'Own address (STUN)',
    'turn-udp': 'Relay over UDP',
    'turn-tcp': 'Relay over TCP',
    'turn-tls': 'Relay over TLS',
    media: 'Media server',
    udp: 'UDP',
    ipv4: 'IPv4',
    ipv6: 'IPv6',
    mapping: 'NAT: mapping',
    filtering: 'NAT: filtering',
    camera: 'Camera',
    microphone: 'Microphone',
    speaker: 'Speaker',
  } satisfies Record<CheckId, string>,
  states: {
    ok: 'works',
    fails: 'does not work',
    untried: 'not tried',
    running: 'is being tried',
    waiting: 'not tried yet',
  },
  why: 'Why it matters',
  change: 'What to change',
  forOperator: 'For who runs this server',
  tryDevices: 'Try camera and microphone',
  stopDevices: 'Turn camera and microphone off',
  saySomething: 'Say something: the bar must move.',
  playTone: 'Play a tone',
  playing: 'Playing …',
  askHeard: 'Do you hear the tone?',
  heard: 'I hear it',
  unheard: 'I hear nothing',
  level: 'Level of the microphone',
  picture: 'Your camera',
  reportTitle: 'Duet check',
  reportServer: 'Server',
  reportBrowser: 'Browser',
  reportAddress: 'Address as the server sees it',
  notes: {
    browser: ({ name }) => `Knows ${name}.`,
    'browser-no-screen': ({ name }) => `Knows ${name}. It can’t share a screen, as on phones.`,
    socket: (facts) => `Answered within ${ms(facts)}.`,
    clock: ({ seconds }) => (seconds ? `${seconds} s from the server’s.` : 'As the server’s.'),
    stun: ({ address }) => `The internet sees ${address}.`,
    'stun-direct': () => 'The server sees this device’s own address.',
    turn: (facts) => `A packet went there and back in ${ms(facts)}.`,
    media: (facts) => `A picture went there and back within ${ms(facts)}.`,
    address: ({ address }) => `${address}`,
    'no-translation': () => 'No NAT between this device and the server.',
    'same-mapping': () =>
      'Two ports of the server see the same address: direct calls are possible with most networks.',
    'changing-mapping': () =>
      'Each port of the server sees another one (“symmetric”): calls with other strict networks go over the relay.',
    'open-to-all': () => 'Lets in what comes from a port and an address that were never asked.',
    'open-to-ports': () =>
      'Lets in what comes from another port of an address that was asked. Whether other addresses come through, a server with one address can’t tell.',
    'open-to-address': () =>
      'Lets in other ports of an address that was asked, and no other address.',
    'closed-to-others': () => 'Lets in only what was asked for, from the very same port.',
    device: ({ name, width, height }) => (width ? `${name}, ${width} × ${height}` : `${name}`),
  } satisfies Record<CheckNote, (facts: CheckFacts) => string>,
  reasons: {
    'needs-server': 'The server did not say where to try it.',
    'needs-webrtc': 'This browser can’t.',
    'needs-secure': 'Browsers give out camera and microphone on secure pages only.',
    'not-offered': 'This server offers none.',
    'no-media-server': 'This server has no media server. Calls go without.',
    'microphone-unmeasured':
      'It is on, but this browser can’t measure it: the device has no sound output that works. Connect one, and try again.',
    'needs-login': 'Log in first: this server wants an account for it.',
    'not-found-out': 'It can’t be told from this browser.',
    'not-seen': 'The server did not see one. That alone stops no call.',
    'other-address':
      'The page came over another address than calls would, so the server must not send there.',
    'one-port': 'It takes a server with STUN and a media server.',
    'too-many': 'Too many are checking right now. Try again in a minute.',
  } satisfies Record<CheckReason, string>,
  faults: {
    'no-webrtc': {
      what: () => 'This browser has no WebRTC.',
      why: 'Sound and picture of a call travel by it.',
      change: 'Open this page in Chrome, Edge, Firefox or Safari itself, not inside another app.',
      operator: 'Nothing on the server.',
    },
    'no-codec': {
      what: () => 'This browser lacks Opus, or both VP8 and H.264.',
      why: 'The other side could not show or play what it gets.',
      change: 'Update this browser, or take another one.',
      operator: 'Nothing on the server.',
    },
    insecure: {
      what: () => 'This page came without HTTPS.',
      why: 'Browsers give out camera and microphone on secure pages only.',
      change: 'Open this page with https:// in front.',
      operator:
        'Give people the HTTPS address that the start prints, and a certificate that browsers trust: --domain, or --tls-cert.',
    },
    'server-unreachable': {
      what: () => 'The server does not answer, or something else answers in its place.',
      why: 'Without it nobody finds anybody.',
      change: 'Load this page again. If that fails, tell who runs the server.',
      operator:
        'Run “duet doctor” with this address. A proxy in front must pass on all paths, /api/ too.',
    },
    'socket-refused': {
      what: () => 'The page comes, and the WebSocket does not.',
      why: 'Calls are set up over it: without it no call begins.',
      change: OTHER_NETWORK,
      operator:
        'Let the proxy in front pass on upgrades. In nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";',
    },
    'socket-silent': {
      what: () => 'The WebSocket opens, and then nothing comes over it.',
      why: 'Calls are set up over it: without it no call begins.',
      change: OTHER_NETWORK,
      operator: 'Turn off buffering in the proxy in front, for /ws at least.',
    },
    'clock-differs': {
      what: ({ seconds }) => `The clocks of this device and of the server are ${seconds} s apart.`,
      why: 'Certificates and logins are judged by the clock, and calls are listed at wrong times.',
      change: 'Let this device set its clock by itself.',
      operator: 'If other devices say the same, the server’s clock is wrong: turn on NTP there.',
    },
    'stun-silent': {
      what: (facts) => `${server(facts)} does not answer over UDP.`,
      why: 'Without it two people in different networks reach each other over a relay only.',
      change: OTHER_NETWORK,
      operator:
        'Open the UDP port of STUN in the firewall, and map it in Docker: -p 3478:3478/udp.',
    },
    'no-relay': {
      what: () => 'This server offers no relay.',
      why: RELAY_WHY,
      change: 'Nothing here: tell who runs the server.',
      operator: 'Start it without “--turn-port off”, or list another TURN server.',
    },
    'turn-udp-silent': {
      what: (facts) => `${server(facts)} gives no relay over UDP.`,
      why: RELAY_WHY,
      change: OTHER_NETWORK,
      operator:
        'Open the UDP port of TURN in the firewall, and map it in Docker: -p 3478:3478/udp.',
    },
    'turn-tcp-silent': {
      what: (facts) => `${server(facts)} gives no relay over TCP.`,
      why: 'Networks that block UDP need it.',
      change: OTHER_NETWORK,
      operator:
        'Open the TCP port of TURN in the firewall, and map it in Docker: -p 3478:3478/tcp.',
    },
    'turn-tls-silent': {
      what: (facts) => `${server(facts)} gives no relay over TLS.`,
      why: 'The strictest networks let nothing else through.',
      change: OTHER_NETWORK,
      operator:
        'Open the port of TURN over TLS, and give it a certificate that browsers trust for this very name: they refuse any other without a word.',
    },
    'turn-refused': {
      what: (facts) => `${server(facts)} refuses a relay (${facts.code}).`,
      why: RELAY_WHY,
      change: 'Check again in a minute.',
      operator:
        'The log says why. 401: another TURN server with another secret, or a wrong clock. 486: a quota is used up.',
    },
    'turn-no-packets': {
      what: (facts) => `${server(facts)} gives a relay, and no packet passes through it.`,
      why: RELAY_WHY,
      change: OTHER_NETWORK,
      operator:
        'The relay’s address is not one that others reach: set --public-ip to the address of this server on the internet.',
    },
    'media-refused': {
      what: ({ code }) => `The media server refuses a stream (${code}).`,
      why: 'Recording, showing calls live and calls through the server need it.',
      change: 'Check again in a minute.',
      operator:
        'The log says why. A proxy in front must pass on POST, PATCH and DELETE at /whip/ and /whep/.',
    },
    'media-no-path': {
      what: () => 'No packet gets through to the media server.',
      why: 'Recording, showing calls live and calls through the server need it. Direct calls don’t.',
      change: OTHER_NETWORK,
      operator:
        'Open the UDP port of the media server and map it in Docker (-p 8000:8000/udp), and set --public-ip to the address of this server on the internet.',
    },
    'media-no-picture': {
      what: () => 'The media server is reached, and no picture comes back.',
      why: 'Recording, showing calls live and calls through the server need it.',
      change: 'Check again. If it stays, try another browser.',
      operator: 'Look into the log, and at how busy the machine is.',
    },
    'udp-blocked': {
      what: () => 'Nothing goes over UDP.',
      why: 'Sound and picture then take a detour over TCP, and stutter when packets are lost.',
      change: OTHER_NETWORK,
      operator:
        'If every network says so, the UDP ports of this server are closed: the start prints which ones to open.',
    },
    'camera-denied': {
      what: () => 'This browser does not let the page use the camera.',
      why: 'The other one does not see you. You can call without.',
      change: 'Press the lock or camera sign beside the address, and allow the camera.',
      operator: 'Nothing on the server.',
    },
    'camera-missing': {
      what: () => 'No camera was found.',
      why: 'The other one does not see you. You can call without.',
      change: 'Plug one in, or open its shutter or switch.',
      operator: 'Nothing on the server.',
    },
    'camera-busy': {
      what: () => 'The camera is taken by another program.',
      why: 'The other one does not see you. You can call without.',
      change: 'Close the other program, and try again.',
      operator: 'Nothing on the server.',
    },
    'camera-dark': {
      what: () => 'The camera is on, and its picture is black.',
      why: 'The other one does not see you.',
      change: 'Open its cover, or choose another camera in the browser.',
      operator: 'Nothing on the server.',
    },
    'microphone-denied': {
      what: () => 'This browser does not let the page use the microphone.',
      why: 'The other one does not hear you.',
      change: 'Press the lock or microphone sign beside the address, and allow the microphone.',
      operator: 'Nothing on the server.',
    },
    'microphone-missing': {
      what: () => 'No microphone was found.',
      why: 'The other one does not hear you.',
      change: 'Plug one in, or a headset.',
      operator: 'Nothing on the server.',
    },
    'microphone-busy': {
      what: () => 'The microphone is taken by another program.',
      why: 'The other one does not hear you.',
      change: 'Close the other program, and try again.',
      operator: 'Nothing on the server.',
    },
    'microphone-silent': {
      what: () => 'The microphone is on, and nothing was heard for ten seconds.',
      why: 'The other one does not hear you.',
      change:
        'Speak while trying. If the bar stays still, unmute it, or choose another one in the browser.',
      operator: 'Nothing on the server.',
    },
    'speaker-unheard': {
      what: () => 'You do not hear the tone.',
      why: 'You would not hear the other one.',
      change:
        'Turn up the sound, and choose the right speaker or headset in the settings of this device.',
      operator: 'Nothing on the server.',
    },
  } satisfies Record<CheckFault, FaultWords>,
}

/** What a language has to say of checks. */
export type CheckWords = Omit<
  typeof checkEn,
  'notes' | 'faults' | 'reasons' | 'labels' | 'groups'
> & {
  groups: Record<CheckGroup, string>
  labels: Record<CheckId, string>
  notes: Record<CheckNote, (facts: CheckFacts) => string>
  reasons: Record<CheckReason, string>
  faults: Record<CheckFault, FaultWords>
}
