import { expect, test } from 'bun:test'
import { FACTS, FakeNetwork, gathering, ICE_SERVERS } from '../../testing/check-fakes.ts'
import { runNetworkChecks } from './network-checks.ts'
import {
  CHECK_FAULTS,
  CHECK_IDS,
  CHECK_NOTES,
  CHECK_REASONS,
  type CheckId,
  type CheckVerdict,
} from './verdict.ts'

/** What there is to say of a check: its fault, its note, or why it was not tried. */
async function outcomes(change: (network: FakeNetwork) => void): Promise<Map<CheckId, string>> {
  const network = new FakeNetwork()
  change(network)
  const told = new Map<CheckId, string>()
  await runNetworkChecks(network, (id, verdict) => {
    told.set(id, [verdict.kind, codeOf(verdict)].filter(Boolean).join(' '))
  })
  expect(network.open).toBe(0)
  return told
}

function codeOf(verdict: CheckVerdict): string | undefined {
  switch (verdict.kind) {
    case 'ok':
      return verdict.note
    case 'fails':
      return verdict.fault
    case 'untried':
      return verdict.reason
  }
}

type Case = [
  what: string,
  change: (network: FakeNetwork) => void,
  told: Partial<Record<CheckId, string>>,
]

const without = (kind: string): readonly RTCIceServer[] =>
  ICE_SERVERS.filter(({ urls }) => !String([urls].flat()[0]).startsWith(kind))

const CASES: Case[] = [
  [
    'all is well',
    () => {},
    {
      browser: 'ok browser',
      secure: 'ok',
      server: 'ok',
      websocket: 'ok socket',
      clock: 'ok clock',
      stun: 'ok stun',
      'turn-udp': 'ok turn',
      'turn-tcp': 'ok turn',
      'turn-tls': 'ok turn',
      media: 'ok media',
      udp: 'ok',
      ipv4: 'ok address',
      ipv6: 'untried not-seen',
      mapping: 'ok same-mapping',
      filtering: 'ok closed-to-others',
    },
  ],
  [
    'no WebRTC',
    (network) => {
      const abilities = { ...network.abilities(), hasWebRtc: false }
      network.abilities = () => abilities
    },
    { browser: 'fails no-webrtc', stun: 'untried needs-webrtc', media: 'untried needs-webrtc' },
  ],
  [
    'no codec for pictures',
    (network) => {
      const abilities = { ...network.abilities(), codecs: ['opus', 'AV1'] }
      network.abilities = () => abilities
    },
    { browser: 'fails no-codec' },
  ],
  [
    'a phone on a page without HTTPS',
    (network) => {
      const abilities = { ...network.abilities(), isSecure: false, canShareScreen: false }
      network.abilities = () => abilities
    },
    { browser: 'ok browser-no-screen', secure: 'fails insecure' },
  ],
  [
    'no answer of the server',
    (network) => {
      network.askServer = () => Promise.resolve(undefined)
    },
    {
      server: 'fails server-unreachable',
      clock: 'untried needs-server',
      media: 'untried needs-server',
      mapping: 'untried one-port',
      'turn-tcp': 'ok turn',
    },
  ],
  [
    'a clock that is wrong',
    (network) => {
      network.now = () => FACTS.now - 62_000
    },
    { clock: 'fails clock-differs' },
  ],
  [
    'a clock that is a little off, over a slow line',
    (network) => {
      let calls = 0
      network.now = () => FACTS.now - 30_000 + 90_000 * calls++
    },
    { clock: 'ok clock' },
  ],
  [
    'a proxy without upgrade',
    (network) => {
      network.askSocket = () => Promise.resolve({ outcome: 'refused' })
    },
    {
      websocket: 'fails socket-refused',
      stun: 'untried needs-server',
      filtering: 'untried needs-server',
    },
  ],
  [
    'a proxy that holds everything back',
    (network) => {
      network.askSocket = () => Promise.resolve({ outcome: 'silent' })
    },
    { websocket: 'fails socket-silent', udp: 'untried needs-server' },
  ],
  [
    'UDP that is blocked',
    (network) => {
      network.gathered = () => gathering(['host a.local 5000'], ['stun:duet.example:3478'])
      network.tryRelay = ({ urls }) =>
        Promise.resolve(
          String(urls).endsWith('udp')
            ? { outcome: 'no-relay', code: undefined }
            : { outcome: 'ok', ms: 9 },
        )
      network.tryMedia = () => Promise.resolve({ outcome: 'no-path' })
    },
    {
      stun: 'fails stun-silent',
      'turn-udp': 'fails turn-udp-silent',
      'turn-tcp': 'ok turn',
      media: 'fails media-no-path',
      udp: 'fails udp-blocked',
      mapping: 'untried not-found-out',
      filtering: 'untried not-found-out',
    },
  ],
  [
    'TCP and TLS that are blocked',
    (network) => {
      network.tryRelay = ({ urls }) =>
        Promise.resolve(
          String(urls).endsWith('udp')
            ? { outcome: 'ok', ms: 9 }
            : { outcome: 'no-relay', code: undefined },
        )
    },
    { 'turn-tcp': 'fails turn-tcp-silent', 'turn-tls': 'fails turn-tls-silent', udp: 'ok' },
  ],
  [
    'a TURN server with another secret',
    (network) => {
      network.tryRelay = () => Promise.resolve({ outcome: 'no-relay', code: 401 })
    },
    { 'turn-udp': 'fails turn-refused', 'turn-tls': 'fails turn-refused', udp: 'ok' },
  ],
  [
    'a relay at a wrong address',
    (network) => {
      network.tryRelay = () => Promise.resolve({ outcome: 'no-packets' })
    },
    { 'turn-udp': 'fails turn-no-packets' },
  ],
  [
    'a server without TURN over TLS',
    (network) => {
      const iceServers = [
        { urls: ['stun:duet.example:3478', 'turn:duet.example:3478?transport=udp'] },
      ]
      network.askSocket = () => Promise.resolve(network.welcome(iceServers))
    },
    { 'turn-udp': 'ok turn', 'turn-tls': 'untried not-offered' },
  ],
  [
    'a server without any relay',
    (network) => {
      const iceServers = without('turn')
      network.askSocket = () => Promise.resolve(network.welcome(iceServers))
    },
    { 'turn-udp': 'fails no-relay', 'turn-tcp': 'untried not-offered' },
  ],
  [
    'a server without STUN',
    (network) => {
      const iceServers = without('stun')
      network.askSocket = () => Promise.resolve(network.welcome(iceServers))
    },
    { stun: 'untried not-offered', mapping: 'untried one-port', filtering: 'untried one-port' },
  ],
  [
    'a server without a media server',
    (network) => {
      network.askServer = () => Promise.resolve({ ...FACTS, mediaPort: null, mayTryMedia: false })
    },
    {
      media: 'untried no-media-server',
      mapping: 'untried one-port',
      filtering: 'untried one-port',
    },
  ],
  [
    'a media server for those with an account',
    (network) => {
      network.askServer = () => Promise.resolve({ ...FACTS, mayTryMedia: false })
    },
    { media: 'untried needs-login' },
  ],
  [
    'a proxy that lets no POST through',
    (network) => {
      network.tryMedia = () => Promise.resolve({ outcome: 'refused', code: 405 })
    },
    { media: 'fails media-refused' },
  ],
  [
    'many who check',
    (network) => {
      network.tryMedia = () => Promise.resolve({ outcome: 'refused', code: 429 })
      network.askProbe = () => Promise.resolve({ outcome: 'busy' })
    },
    { media: 'untried too-many', filtering: 'untried too-many' },
  ],
  [
    'a media server without a picture',
    (network) => {
      network.tryMedia = () => Promise.resolve({ outcome: 'no-picture' })
    },
    { media: 'fails media-no-picture' },
  ],
  [
    'no NAT',
    (network) => {
      network.gathered = () => gathering(['host 203.0.113.7 5000'])
    },
    {
      stun: 'ok stun-direct',
      mapping: 'ok no-translation',
      filtering: 'ok no-translation',
      ipv4: 'ok address',
    },
  ],
  [
    'a symmetric NAT',
    (network) => {
      network.gathered = (urls) =>
        gathering(urls.map((_, index) => `srflx 203.0.113.7 ${5000 + index}`))
    },
    { mapping: 'ok changing-mapping' },
  ],
  [
    'two networks, each with a NAT of its own',
    (network) => {
      network.gathered = () => gathering(['srflx 203.0.113.7 5000 1', 'srflx 198.51.100.9 5001 2'])
    },
    { mapping: 'ok same-mapping' },
  ],
  [
    'only IPv6',
    (network) => {
      network.askServer = () => Promise.resolve({ ...FACTS, address: '2001:db8::7' })
      network.gathered = () => gathering(['srflx 2001:db8::7 5000'])
    },
    { ipv4: 'untried not-seen', ipv6: 'ok address', mapping: 'ok same-mapping' },
  ],
  [
    'a browser on the machine of the server',
    (network) => {
      network.askServer = () => Promise.resolve({ ...FACTS, address: '::1' })
      network.gathered = () => gathering(['host a.local 5000'])
    },
    { ipv4: 'untried not-seen', ipv6: 'untried not-seen', filtering: 'untried not-found-out' },
  ],
  ['a full cone', (network) => probed(network, 2, 2), { filtering: 'ok open-to-all' }],
  ['a restricted cone', (network) => probed(network, 2, 1), { filtering: 'ok open-to-address' }],
  [
    'an open port, of one address',
    (network) => probed(network, 1, 1),
    { filtering: 'ok open-to-ports' },
  ],
  [
    'a page that came over another way than calls',
    (network) => {
      network.askProbe = () => Promise.resolve({ outcome: 'other-address' })
    },
    { filtering: 'untried other-address' },
  ],
  [
    'a server that does not answer for the network',
    (network) => {
      network.askProbe = () => Promise.resolve(undefined)
    },
    { filtering: 'untried not-found-out' },
  ],
]

function probed(network: FakeNetwork, sources: number, answered: number): void {
  network.askProbe = () => Promise.resolve({ outcome: 'probed', sources, answered })
}

test.each(CASES)('%s', async (_what, change, expected) => {
  const told = await outcomes(change)
  expect(Object.fromEntries(told)).toMatchObject(expected)
  // Each check has an end, whatever happens.
  expect([...told.keys()].toSorted()).toEqual(CHECK_IDS.slice(0, -3).toSorted())
})

test('every fault, note and reason is told by one of these cases, or by a device', () => {
  const told = new Set(
    CASES.flatMap(([, , expected]) => Object.values(expected).map((text) => text.split(' ')[1])),
  )
  const isOfDevice = (code: string): boolean => /^(camera|microphone|speaker|device)/.test(code)
  const all = [...CHECK_FAULTS, ...CHECK_NOTES, ...CHECK_REASONS]
  const missing = all.filter((code) => !told.has(code) && !isOfDevice(code))
  // The page tells this one before anything is tried.
  expect(missing).toEqual(['needs-secure'])
})

test('each server is tried by itself, with its login, and the worst is told', async () => {
  const tried: RTCIceServer[] = []
  const told = await outcomes((network) => {
    const iceServers = [
      ...ICE_SERVERS,
      { urls: 'turn:other.example?transport=udp', username: 'u', credential: 'c' },
    ]
    network.askSocket = () => Promise.resolve(network.welcome(iceServers))
    network.tryRelay = (server) => {
      tried.push(server)
      return Promise.resolve(
        server.username === 'u' ? { outcome: 'no-relay', code: 486 } : { outcome: 'ok', ms: 1 },
      )
    }
  })
  expect(tried).toHaveLength(4)
  expect(tried).toContainEqual({
    urls: 'turns:duet.example:5349?transport=tcp',
    username: '1700003600:me',
    credential: 'a secret',
  })
  expect(told.get('turn-udp')).toBe('fails turn-refused')
  expect(told.get('turn-tcp')).toBe('ok turn')
})

test('both IP versions are told, though STUN is asked no longer than for the first one', async () => {
  const told = await outcomes((network) => {
    network.gathered = (urls) =>
      gathering(
        urls.length === 1
          ? ['srflx 203.0.113.7 5000']
          : ['srflx 203.0.113.7 5000', 'srflx 2001:db8::7 5001'],
      )
  })
  expect([told.get('ipv4'), told.get('ipv6')]).toEqual(['ok address', 'ok address'])
})

test('the second port of STUN is the media server’s', async () => {
  const asked: string[][] = []
  await outcomes((network) => {
    network.gathered = (urls) => {
      asked.push([...urls])
      return gathering(['srflx 203.0.113.7 5000'])
    }
  })
  expect(asked).toContainEqual(['stun:duet.example:3478', 'stun:duet.example:8000'])
  // What was never asked must not have been asked: filtering has one port only.
  expect(asked.filter((urls) => urls.length === 1)).toHaveLength(2)
})
