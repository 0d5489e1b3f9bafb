import { beforeEach, describe, expect, test } from 'bun:test'
import { silentLogger } from '@duet/base'
import { addressOf, type DatagramPort } from '@duet/datagrams'
import { ATTRIBUTE, attributeOf, decodeErrorCode, decodeMessage, formatAddress } from '@duet/stun'
import type { DtlsAssociation, DtlsContext, DtlsOptions } from '../dtls/dtls.ts'
import { isRtp } from '../rtp/rtp-packet.ts'
import { createSrtpTransform, type SrtpTransform } from '../srtp/srtp-transform.ts'
import { checkOf, type CheckOptions } from '../testing/checks.ts'
import { Traffic } from './traffic.ts'
import { Transport } from './transport.ts'

const LOCAL = { ufrag: 'Srvr', pwd: 'serverpasswordserverpass' }
const REMOTE = { ufrag: 'Clnt', pwd: 'clientpasswordclientpass' }
const OTHER = { ufrag: 'Othr', pwd: 'otherpasswordotherpasswo' }
const MAX_ADDRESSES = 3
const [ANN, MOVED] = ['198.51.100.1:9', '198.51.100.2:9']
const KEYS = {
  client: { key: new Uint8Array(16).fill(1), salt: new Uint8Array(12).fill(2) },
  server: { key: new Uint8Array(16).fill(3), salt: new Uint8Array(12).fill(4) },
}
const PROFILE = 'SRTP_AEAD_AES_128_GCM'

/** A transport with a DTLS that does what the test says. */
class Scene {
  readonly traffic = new Traffic()
  /** What was sent, as `from our port > to`. */
  readonly sent: string[] = []
  readonly payloads: Uint8Array[] = []
  readonly addresses = new Set<string>()
  readonly received: string[] = []
  readonly ended: string[] = []
  readonly transport: Transport
  readonly client: SrtpTransform = createSrtpTransform({
    profile: PROFILE,
    local: KEYS.client,
    remote: KEYS.server,
  })
  dtls: DtlsOptions | undefined
  connections = 0
  canSend = true
  readonly #ports = new Map<number, DatagramPort>()

  constructor() {
    const associate = (options: DtlsOptions): DtlsAssociation => {
      this.dtls = options
      this.connections += 1
      return {
        state: 'connecting',
        receive: (datagram) => this.received.push(`dtls ${datagram.length}`),
        tick: () => this.received.push('dtls tick'),
        close: () => options.send(Uint8Array.of(21)),
      }
    }
    const dtls: DtlsContext = {
      fingerprint: { algorithm: 'sha-256', value: '' },
      accept: associate,
      connect: associate,
      close() {},
    }
    this.transport = new Transport({
      dtls,
      setup: 'passive',
      fingerprints: [],
      local: LOCAL,
      remote: REMOTE,
      maxAddresses: MAX_ADDRESSES,
      traffic: this.traffic,
      logger: silentLogger,
      onAddress: (address, isOurs) => {
        this.addresses[isOurs ? 'add' : 'delete'](formatAddress(address))
      },
      onConnected: () => this.received.push('connected'),
      onEnded: ({ reason }) => this.ended.push(reason),
    })
    this.transport.receiver = {
      handleRtp: (_, length) => this.received.push(`rtp ${length}`),
      handleRtcp: ({ type }) => this.received.push(`rtcp ${type}`),
    }
  }

  receiveRtp(packet: Uint8Array, nowMs: number): void {
    this.transport.handleRtp(packet, packet.length, nowMs)
  }

  receiveRtcp(packet: Uint8Array, nowMs: number): void {
    this.transport.handleRtcp(packet, packet.length, nowMs)
  }

  check(from: string, options: Partial<CheckOptions> & { port?: number; nowMs?: number } = {}) {
    const { port = 8000, nowMs = 0, ...rest } = options
    this.transport.handleCheck(checkOf({ to: LOCAL, from: REMOTE, ...rest }), {
      from: addressOf(from),
      port: this.#port(port),
      nowMs,
    })
  }

  connect(): void {
    this.check(ANN, { isNominating: true })
    this.dtls?.onConnected({ profile: PROFILE, local: KEYS.server, remote: KEYS.client })
    this.sent.length = 0
    this.payloads.length = 0
    this.received.length = 0
  }

  /** Sends one packet of 100 bytes to the client. */
  send(sequence = 1): void {
    const { scratch } = this.transport
    scratch.fill(0, 0, 100)
    scratch.set([0x80, 96, 0, sequence], 0)
    this.transport.sendRtp(100)
  }

  /** A packet of the client. */
  protectedRtp(sequence: number): Uint8Array {
    const packet = new Uint8Array(140)
    packet.set([0x80, 96, 0, sequence], 0)
    return packet.slice(0, this.client.protectRtp(packet, 100))
  }

  protectedRtcp(): Uint8Array {
    const packet = new Uint8Array(60)
    packet.set([0x80, 201, 0, 1], 0)
    return packet.slice(0, this.client.protectRtcp(packet, 8))
  }

  #port(number: number): DatagramPort {
    const known = this.#ports.get(number)
    if (known) return known
    const port: DatagramPort = {
      local: addressOf(`192.0.2.1:${number}`),
      send: (payload, { address }) => {
        if (!this.canSend) return false
        this.sent.push(`${number} > ${formatAddress(address)}`)
        this.payloads.push(payload.slice())
        return true
      },
      sendPacket: (packet, destination) => port.send(packet.view(), destination),
      close() {},
    }
    this.#ports.set(number, port)
    return port
  }
}

let scene: Scene

beforeEach(() => {
  scene = new Scene()
})

describe('checks', () => {
  const cases: [string, Partial<CheckOptions>, string | undefined][] = [
    ['an authentic one is answered', {}, undefined],
    ['one of another client is not', { from: OTHER }, 'unknown-check'],
    ['one with another password is not', { to: { ...LOCAL, pwd: OTHER.pwd } }, 'unauthentic-check'],
  ]
  test.each(cases)('%s', (_, options, dropped) => {
    scene.check(ANN, { ...options, isNominating: true, nowMs: 7 })
    const isTaken = dropped === undefined
    expect(scene.sent).toEqual(isTaken ? [`8000 > ${ANN}`] : [])
    expect([...scene.addresses]).toEqual(isTaken ? [ANN] : [])
    expect(scene.connections).toBe(isTaken ? 1 : 0)
    expect(scene.transport.lastReceivedMs).toBe(isTaken ? 7 : 0)
    expect(scene.traffic.dropped).toEqual(dropped === undefined ? {} : { [dropped]: 1 })
  })

  test('one in our own role is refused with 487, and makes no path', () => {
    scene.check(ANN, { role: 'controlled', isNominating: true })
    const [bytes] = scene.payloads
    const answer = bytes && decodeMessage(bytes)
    const code = answer && attributeOf(answer, ATTRIBUTE.errorCode)
    expect(answer?.class).toBe('error')
    expect(decodeErrorCode(code ?? new Uint8Array(0))).toBe(487)
    expect([scene.connections, scene.addresses.size]).toEqual([0, 0])
    scene.check(ANN, { isNominating: true })
    expect([scene.connections, scene.addresses.size]).toEqual([1, 1])
  })

  test('after a restart only those with the new credentials count', () => {
    scene.transport.restartIce(OTHER, REMOTE)
    scene.check(ANN)
    expect(scene.sent).toEqual([])
    scene.check(ANN, { to: OTHER })
    expect(scene.sent).toEqual([`8000 > ${ANN}`])
  })

  test('none is answered once it is closed', () => {
    scene.transport.close()
    scene.check(ANN)
    expect(scene.sent).toEqual([])
  })
})

describe('where media goes', () => {
  beforeEach(() => scene.connect())

  const cases: [string, Parameters<Scene['check']>, string][] = [
    ['to whom the client settled on', [ANN], `8000 > ${ANN}`],
    ['not to whom it only tries', [MOVED], `8000 > ${ANN}`],
    ['where it settles on now', [MOVED, { isNominating: true }], `8000 > ${MOVED}`],
    ['from the address of ours that it reached', [ANN, { port: 8001 }], `8001 > ${ANN}`],
    ['not where a forged check says', [MOVED, { isNominating: true, to: OTHER }], `8000 > ${ANN}`],
    [
      'not where a check in our role says',
      [MOVED, { isNominating: true, role: 'controlled' }],
      `8000 > ${ANN}`,
    ],
  ]
  test.each(cases)('%s', (_, check, expected) => {
    scene.check(...check)
    scene.sent.length = 0
    scene.send()
    expect(scene.sent).toEqual([expected])
  })

  test('before it settles, where its first check came from', () => {
    const other = new Scene()
    other.check(ANN)
    other.check(MOVED)
    other.dtls?.send(Uint8Array.of(22))
    expect(other.sent.at(-1)).toBe(`8000 > ${ANN}`)
  })

  test('the handshake begins once, whatever is checked', () => {
    for (const isNominating of [false, true]) scene.check(MOVED, { isNominating })
    expect(scene.connections).toBe(1)
  })
})

describe('addresses', () => {
  test('are bounded; the oldest is forgotten, but for the one that is used', () => {
    scene.connect()
    for (let host = 2; host < 20; host += 1) scene.check(`198.51.100.${host}:9`)
    expect([...scene.addresses]).toEqual([ANN, '198.51.100.18:9', '198.51.100.19:9'])
    scene.sent.length = 0
    scene.send()
    expect(scene.sent).toEqual([`8000 > ${ANN}`])
  })

  test('are its own again with its next check when another session had them', () => {
    scene.connect()
    scene.addresses.clear()
    scene.check(ANN)
    expect([...scene.addresses]).toEqual([ANN])
  })

  test('are given back when it is closed', () => {
    scene.connect()
    scene.check(MOVED)
    scene.transport.close()
    scene.transport.close()
    expect(scene.addresses.size).toBe(0)
    // Its goodbye was sent before.
    expect(scene.payloads.at(-1)).toEqual(Uint8Array.of(21))
  })
})

describe('what comes', () => {
  test('is counted when it is authentic', () => {
    scene.connect()
    scene.receiveRtp(scene.protectedRtp(1), 5)
    scene.receiveRtcp(scene.protectedRtcp(), 6)
    expect(scene.received).toEqual(['rtp 100', 'rtcp receiver-report'])
    expect(scene.transport.lastReceivedMs).toBe(6)
    // 16 bytes of tag, and 4 of index with RTCP.
    expect(scene.transport.receivedBytes).toBe(116 + 28)
    expect(scene.traffic).toMatchObject({ receivedPackets: 2, receivedBytes: 116 + 28 })
  })

  test.each([
    ['replayed', (packet: Uint8Array) => packet, 'replayed'],
    ['changed', (packet: Uint8Array) => packet.fill(9, 50, 60), 'unauthentic'],
    ['cut', (packet: Uint8Array) => packet.subarray(0, 20), 'malformed'],
  ])('is dropped when it is %s', (_, change, reason) => {
    scene.connect()
    const first = scene.protectedRtp(1)
    const second = reason === 'replayed' ? first.slice() : scene.protectedRtp(2)
    scene.receiveRtp(first, 5)
    scene.receiveRtp(change(second), 50)
    expect(scene.received).toEqual(['rtp 100'])
    expect(scene.traffic.dropped).toEqual({ [reason]: 1 })
    expect([scene.transport.lastReceivedMs, scene.transport.receivedBytes]).toEqual([5, 116])
  })

  test('is nothing before there are keys, nor once it is closed', () => {
    scene.receiveRtp(scene.protectedRtp(1), 5)
    scene.transport.handleDtls(new Uint8Array(5))
    scene.connect()
    scene.transport.close()
    scene.receiveRtp(scene.protectedRtp(2), 5)
    scene.receiveRtcp(scene.protectedRtcp(), 5)
    scene.transport.handleDtls(new Uint8Array(5))
    expect([scene.received, scene.traffic.receivedPackets]).toEqual([[], 0])
  })
})

describe('what leaves', () => {
  test('is protected, and counted', () => {
    scene.connect()
    scene.send()
    const [packet] = scene.payloads
    expect(packet && isRtp(packet, packet.length)).toBe(true)
    expect(scene.client.unprotectRtp(packet!, packet!.length)).toBe(100)
    expect(scene.transport.sentBytes).toBe(116)
    expect(scene.traffic).toMatchObject({ sentPackets: 1, sentBytes: 116 })
  })

  test('is nothing before there are keys', () => {
    scene.check(ANN)
    scene.sent.length = 0
    scene.send()
    scene.transport.sendRtcp(8)
    expect(scene.sent).toEqual([])
  })

  test('what SRTP does not protect does not leave, whatever it holds', () => {
    scene.connect()
    // The same number of the same SSRC (RFC 3711 §9.1).
    for (let count = 0; count < 2; count += 1) scene.send(7)
    expect(scene.payloads.map(({ length }) => length)).toEqual([116])
    expect(scene.traffic.dropped).toEqual({ 'not-sent': 1 })
    expect(scene.transport.sentBytes).toBe(116)
  })

  test('what the network does not take is not counted as sent', () => {
    scene.connect()
    scene.canSend = false
    scene.send()
    expect(scene.traffic).toMatchObject({ sentPackets: 0, dropped: { 'not-sent': 1 } })
    expect(scene.transport.sentBytes).toBe(0)
  })
})

test('the end of DTLS is told, but not when it is closed from here', () => {
  scene.connect()
  scene.dtls?.onEnded({ reason: 'closed' })
  scene.transport.close()
  scene.dtls?.onEnded({ reason: 'closed' })
  expect(scene.ended).toEqual(['closed'])
})
