import { addressOf } from '@duet/datagrams'
import {
  ATTRIBUTE,
  encodeFamily,
  encodeText,
  encodeUint32,
  longTermKey,
  METHOD,
  type StunAttribute,
} from '@duet/stun'
import { append, NO_LIFETIME, peerAttribute } from './forge.ts'
import {
  channelNumber,
  UDP_TRANSPORT,
  type RequestOptions,
  type TurnClient,
} from './turn-client.ts'

/** What a client did before: nothing, got realm and nonce, has an allocation. */
export type Before = 'nothing' | 'greeted' | 'allocated'

/** One packet, as a client at that server would have to build it. */
export interface PacketCase {
  name: string
  before: Before
  /** Sent and answered before, in order. */
  prepare?: (client: TurnClient) => Uint8Array[]
  packet: (client: TurnClient) => Uint8Array
}

const transactionId = new Uint8Array(12).fill(7)
const fixed = { transactionId }
const attribute = (type: number, ...bytes: number[]): StunAttribute => ({
  type,
  value: Uint8Array.from(bytes),
})
const peer = (text: string): StunAttribute => peerAttribute(addressOf(text), transactionId)
const text = (type: number, value: string): StunAttribute => ({ type, value: encodeText(value) })
const PEER = peer('127.0.0.1:9000')
const DENIED = peer('10.0.0.1:9000')
const IPV6_PEER = peer('[2606:4700::1111]:9000')
const TCP = attribute(ATTRIBUTE.requestedTransport, 6, 0, 0, 0)
const TOKEN = attribute(ATTRIBUTE.reservationToken, 1, 2, 3, 4, 5, 6, 7, 8)
const EVEN = attribute(ATTRIBUTE.evenPort, 0)
const EVEN_AND_NEXT = attribute(ATTRIBUTE.evenPort, 0x80)
const IPV4 = { type: ATTRIBUTE.requestedAddressFamily, value: encodeFamily(4) }
const IPV6 = { type: ATTRIBUTE.requestedAddressFamily, value: encodeFamily(6) }
const ALSO_IPV6 = { type: ATTRIBUTE.additionalAddressFamily, value: encodeFamily(6) }
const ALSO_IPV4 = { type: ATTRIBUTE.additionalAddressFamily, value: encodeFamily(4) }
const UNKNOWN = attribute(0x7777, 1)
const OPTIONAL = attribute(0xff77, 1)
const TICKET = attribute(ATTRIBUTE.mobilityTicket)
const lifetime = (seconds: number): StunAttribute => ({
  type: ATTRIBUTE.lifetime,
  value: encodeUint32(seconds),
})

/** Credentials of a client, without those whose types are named. */
function credentials(client: TurnClient, ...without: number[]): StunAttribute[] {
  const all = [
    text(ATTRIBUTE.username, client.username),
    text(ATTRIBUTE.realm, client.realm),
    text(ATTRIBUTE.nonce, client.nonce),
  ]
  return all.filter(({ type }) => !without.includes(type))
}

function anonymous(name: string, method: number, ...attributes: StunAttribute[]): PacketCase {
  const packet = (client: TurnClient): Uint8Array =>
    client.build(method, attributes, { ...fixed, isAnonymous: true })
  return { name, before: 'nothing', packet }
}

function signed(
  name: string,
  before: Before,
  method: number,
  ...attributes: StunAttribute[]
): PacketCase {
  return { name, before, packet: (client) => client.build(method, attributes, fixed) }
}

/** An Allocate with a signature by the client, and other attributes than its credentials. */
function allocateWith(
  name: string,
  attributesOf: (client: TurnClient) => StunAttribute[],
  options: (client: TurnClient) => RequestOptions = () => ({}),
): PacketCase {
  return {
    name,
    before: 'greeted',
    packet(client) {
      const attributes = [UDP_TRANSPORT, ...attributesOf(client)]
      return client.buildPlain(METHOD.allocate, attributes, { ...fixed, ...options(client) })
    },
  }
}

const binding = (client: TurnClient): Uint8Array =>
  client.build(METHOD.binding, [], { ...fixed, isAnonymous: true })
const raw = (name: string, packet: PacketCase['packet']): PacketCase => ({
  name,
  before: 'nothing',
  packet,
})

const BINDING: PacketCase[] = [
  anonymous('Binding', METHOD.binding),
  raw('Binding with FINGERPRINT', (client) =>
    client.build(METHOD.binding, [], { ...fixed, isAnonymous: true, fingerprint: true }),
  ),
  raw('Binding with a wrong FINGERPRINT', (client) => {
    const options = { ...fixed, isAnonymous: true, fingerprint: true }
    const bytes = client.build(METHOD.binding, [], options)
    return bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1)
  }),
  anonymous('Binding with an unknown attribute', METHOD.binding, UNKNOWN),
  anonymous('Binding with an optional attribute', METHOD.binding, OPTIONAL),
  anonymous('Binding with CHANGE-REQUEST', METHOD.binding, attribute(3, 0, 0, 0, 6)),
  raw('Binding with another cookie', (client) => binding(client).with(4, 0)),
  raw(
    'Binding that is longer than it says',
    (client) => new Uint8Array([...binding(client), 0, 0, 0, 0]),
  ),
  raw('Binding that is shorter than it says', (client) => binding(client).with(3, 4)),
  raw('Binding with a length of 2', (client) =>
    new Uint8Array([...binding(client), 0, 0]).with(3, 2),
  ),
  raw('Binding with the top bits set', (client) => binding(client).with(0, 0x80)),
  raw('Binding indication', (client) => binding(client).with(1, 0x11)),
  raw('Binding success', (client) => binding(client).with(0, 0x01)),
  anonymous('a method that nobody knows', 0x0fe),
  anonymous('Connect', 0x00a, PEER),
]

const CREDENTIALS: PacketCase[] = [
  anonymous('Allocate without credentials', METHOD.allocate, UDP_TRANSPORT),
  anonymous('Refresh without credentials', METHOD.refresh),
  anonymous('CreatePermission without credentials', METHOD.createPermission, PEER),
  anonymous('ChannelBind without credentials', METHOD.channelBind, channelNumber(0x4000), PEER),
  anonymous(
    'Allocate with a bare USERNAME',
    METHOD.allocate,
    UDP_TRANSPORT,
    text(ATTRIBUTE.username, 'ann'),
  ),
  allocateWith('Allocate without USERNAME', (client) => credentials(client, ATTRIBUTE.username)),
  allocateWith('Allocate without REALM', (client) => credentials(client, ATTRIBUTE.realm)),
  allocateWith('Allocate without NONCE', (client) => credentials(client, ATTRIBUTE.nonce)),
  allocateWith('Allocate with a wrong password', credentials, () => ({
    integrity: { algorithm: 'sha-1', key: new Uint8Array(16) },
  })),
  allocateWith('Allocate of an unknown user', (client) => [
    text(ATTRIBUTE.username, 'nobody'),
    ...credentials(client, ATTRIBUTE.username),
  ]),
  allocateWith('Allocate with a nonce of nobody', (client) => [
    text(ATTRIBUTE.nonce, 'of nobody'),
    ...credentials(client, ATTRIBUTE.nonce),
  ]),
  allocateWith('Allocate for another realm', (client) => [
    text(ATTRIBUTE.realm, 'other.org'),
    ...credentials(client, ATTRIBUTE.realm),
  ]),
  allocateWith('Allocate with MESSAGE-INTEGRITY-SHA256 alone', credentials, (client) => ({
    integrity: { algorithm: 'sha-256', key: longTermKey('md5', client) },
  })),
]

const ALLOCATE: PacketCase[] = [
  signed('Allocate', 'greeted', METHOD.allocate, UDP_TRANSPORT),
  signed('Allocate with an unknown attribute', 'greeted', METHOD.allocate, UDP_TRANSPORT, UNKNOWN),
  signed('Allocate without a transport', 'greeted', METHOD.allocate),
  signed('Allocate with two transports', 'greeted', METHOD.allocate, UDP_TRANSPORT, UDP_TRANSPORT),
  signed('Allocate with a short transport', 'greeted', METHOD.allocate, attribute(0x19, 17)),
  signed('Allocate of TCP over UDP', 'greeted', METHOD.allocate, TCP),
  signed('Allocate of protocol 99', 'greeted', METHOD.allocate, attribute(0x19, 99, 0, 0, 0)),
  signed('Allocate with DONT-FRAGMENT', 'greeted', METHOD.allocate, UDP_TRANSPORT, attribute(0x1a)),
  signed(
    'Allocate with token and EVEN-PORT',
    'greeted',
    METHOD.allocate,
    UDP_TRANSPORT,
    TOKEN,
    EVEN,
  ),
  signed('Allocate with token and family', 'greeted', METHOD.allocate, UDP_TRANSPORT, TOKEN, IPV4),
  signed('Allocate with an unknown token', 'greeted', METHOD.allocate, UDP_TRANSPORT, TOKEN),
  signed('Allocate with EVEN-PORT', 'greeted', METHOD.allocate, UDP_TRANSPORT, EVEN),
  signed('Allocate with a reserved port', 'greeted', METHOD.allocate, UDP_TRANSPORT, EVEN_AND_NEXT),
  signed(
    'Allocate with a long EVEN-PORT',
    'greeted',
    METHOD.allocate,
    UDP_TRANSPORT,
    attribute(0x18, 0, 0),
  ),
  signed('Allocate of IPv4', 'greeted', METHOD.allocate, UDP_TRANSPORT, IPV4),
  signed('Allocate of IPv6 where there is none', 'greeted', METHOD.allocate, UDP_TRANSPORT, IPV6),
  signed(
    'Allocate of family 3',
    'greeted',
    METHOD.allocate,
    UDP_TRANSPORT,
    attribute(0x17, 3, 0, 0, 0),
  ),
  signed(
    'Allocate of both families twice',
    'greeted',
    METHOD.allocate,
    UDP_TRANSPORT,
    IPV4,
    ALSO_IPV6,
  ),
  signed('Allocate of IPv4 in addition', 'greeted', METHOD.allocate, UDP_TRANSPORT, ALSO_IPV4),
  signed(
    'Allocate of two families and two ports',
    'greeted',
    METHOD.allocate,
    UDP_TRANSPORT,
    ALSO_IPV6,
    EVEN_AND_NEXT,
  ),
  signed('Allocate for a second', 'greeted', METHOD.allocate, UDP_TRANSPORT, lifetime(1)),
  signed('Allocate for a year', 'greeted', METHOD.allocate, UDP_TRANSPORT, lifetime(31_536_000)),
  signed(
    'Allocate with a short LIFETIME',
    'greeted',
    METHOD.allocate,
    UDP_TRANSPORT,
    attribute(0x0d, 1),
  ),
  signed('Allocate with a ticket', 'greeted', METHOD.allocate, UDP_TRANSPORT, TICKET),
  signed('Allocate again', 'allocated', METHOD.allocate, UDP_TRANSPORT),
  {
    name: 'Allocate, the same again',
    before: 'greeted',
    prepare: (client) => [client.build(METHOD.allocate, [UDP_TRANSPORT], fixed)],
    packet: (client) => client.build(METHOD.allocate, [UDP_TRANSPORT], fixed),
  },
]

const EXISTING: PacketCase[] = [
  signed('Refresh', 'allocated', METHOD.refresh),
  signed('Refresh with 0', 'allocated', METHOD.refresh, NO_LIFETIME),
  signed('Refresh without an allocation', 'greeted', METHOD.refresh),
  signed('Refresh of IPv6', 'allocated', METHOD.refresh, IPV6),
  signed('Refresh of family 3', 'allocated', METHOD.refresh, attribute(0x17, 3, 0, 0, 0)),
  {
    name: 'Refresh with 0 after the integrity',
    before: 'allocated',
    prepare: (client) => [append(client.build(METHOD.refresh, []), NO_LIFETIME)],
    packet: (client) => client.build(METHOD.refresh, [], fixed),
  },
  signed('CreatePermission without an allocation', 'greeted', METHOD.createPermission, PEER),
  signed('CreatePermission', 'allocated', METHOD.createPermission, PEER),
  signed('CreatePermission without a peer', 'allocated', METHOD.createPermission),
  signed('CreatePermission with port 0', 'allocated', METHOD.createPermission, peer('127.0.0.1:0')),
  signed('CreatePermission for IPv6', 'allocated', METHOD.createPermission, IPV6_PEER),
  signed('CreatePermission for a denied peer', 'allocated', METHOD.createPermission, DENIED),
  signed(
    'CreatePermission for one denied of two',
    'allocated',
    METHOD.createPermission,
    PEER,
    DENIED,
  ),
  signed(
    'CreatePermission for half a peer',
    'allocated',
    METHOD.createPermission,
    attribute(0x12, 0, 1, 0, 0),
  ),
  signed('CreatePermission for 0.0.0.0', 'allocated', METHOD.createPermission, peer('0.0.0.0:1')),
  signed(
    'CreatePermission for a mapped address',
    'allocated',
    METHOD.createPermission,
    peer('[::ffff:10.0.0.1]:1'),
  ),
  signed(
    'CreatePermission for multicast',
    'allocated',
    METHOD.createPermission,
    peer('224.0.0.1:1'),
  ),
  signed(
    'ChannelBind without an allocation',
    'greeted',
    METHOD.channelBind,
    channelNumber(0x4000),
    PEER,
  ),
  signed('ChannelBind', 'allocated', METHOD.channelBind, channelNumber(0x4000), PEER),
  signed('ChannelBind of 0x3fff', 'allocated', METHOD.channelBind, channelNumber(0x3fff), PEER),
  signed('ChannelBind of 0x5000', 'allocated', METHOD.channelBind, channelNumber(0x5000), PEER),
  signed('ChannelBind of 0x7fff', 'allocated', METHOD.channelBind, channelNumber(0x7fff), PEER),
  signed('ChannelBind without a number', 'allocated', METHOD.channelBind, PEER),
  signed('ChannelBind without a peer', 'allocated', METHOD.channelBind, channelNumber(0x4000)),
  signed(
    'ChannelBind of two peers',
    'allocated',
    METHOD.channelBind,
    channelNumber(0x4000),
    PEER,
    peer('127.0.0.1:9001'),
  ),
  signed(
    'ChannelBind to port 0',
    'allocated',
    METHOD.channelBind,
    channelNumber(0x4000),
    peer('127.0.0.1:0'),
  ),
  signed('ChannelBind to IPv6', 'allocated', METHOD.channelBind, channelNumber(0x4000), IPV6_PEER),
  signed(
    'ChannelBind to a denied peer',
    'allocated',
    METHOD.channelBind,
    channelNumber(0x4000),
    DENIED,
  ),
  ...['the same', 'another peer', 'another number'].map((what, index): PacketCase => ({
    name: `ChannelBind again, with ${what}`,
    before: 'allocated',
    prepare: (client) => [client.build(METHOD.channelBind, [channelNumber(0x4000), PEER], fixed)],
    packet(client) {
      const number = channelNumber(index === 2 ? 0x4001 : 0x4000)
      const other = index === 1 ? peer('127.0.0.1:9001') : PEER
      // Another id, or it would be the first one again.
      return client.build(METHOD.channelBind, [number, other], fixed)
    },
  })),
  ...([METHOD.refresh, METHOD.createPermission, METHOD.channelBind, METHOD.allocate] as const).map(
    (method): PacketCase => ({
      name: `method ${method} of another user`,
      before: 'allocated',
      packet(client) {
        Object.assign(client, { username: 'bob', password: 'other' })
        const attributes = [UDP_TRANSPORT, channelNumber(0x4000), PEER]
        return client.build(method, attributes, fixed)
      },
    }),
  ),
  raw('ChannelData of nobody', () => Uint8Array.of(0x40, 0, 0, 1, 0)),
  raw('DTLS', () => Uint8Array.of(0x16, 0xfe, 0xfd, 0, 0, 0, 0)),
  raw('HTTP', () => encodeText('POST / HTTP/1.1\r\n\r\n')),
  raw('nothing', () => new Uint8Array(0)),
]

/** Packets right and wrong, for servers to be compared by. */
export const PACKET_CORPUS: readonly PacketCase[] = [
  ...BINDING,
  ...CREDENTIALS,
  ...ALLOCATE,
  ...EXISTING,
]
