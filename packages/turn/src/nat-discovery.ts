import { systemClock, type Clock } from '@duet/base'
import {
  bunDatagrams,
  destinationOf,
  type DatagramNetwork,
  type DatagramPort,
} from '@duet/datagrams'
import {
  ATTRIBUTE,
  attributeOf,
  decodeMessage,
  decodeUint32,
  encodeAddress,
  encodeAttributeTypes,
  encodeErrorCode,
  encodeMessage,
  encodeXorAddress,
  ipOf,
  joinAddress,
  METHOD,
  parseIp,
  portOf,
  unknownAttributesOf,
  type IpAddress,
  type ReceivedMessage,
  type TransportAddress,
} from '@duet/stun'
import { AnswerLimiter } from './answer-limiter.ts'

export interface NatDiscoveryOptions {
  /** Two addresses of this machine, of one family; `external`: how others see them. */
  addresses: readonly [DiscoveryAddress, DiscoveryAddress]
  /** Two different ones. */
  ports: readonly [number, number]
  clock?: Clock
  datagrams?: DatagramNetwork
}

export interface DiscoveryAddress {
  bind: string
  external?: string
}

/** Tells clients how their NAT maps and filters (RFC 5780). */
export interface NatDiscovery {
  /** Idempotent. */
  close(): void
}

/** CHANGE-REQUEST (RFC 5780 §7.2). */
const CHANGE_IP = 0x4
const CHANGE_PORT = 0x2

/** Answers to one address, per second: a client needs a handful. */
const ANSWERS_PER_SECOND = 20

const KNOWN: ReadonlySet<number> = new Set([ATTRIBUTE.changeRequest])

/** One of the four sockets; `index` of its address and of its port. */
interface Corner {
  ipIndex: 0 | 1
  portIndex: 0 | 1
  port: DatagramPort
  /** As others see it. */
  shown: TransportAddress
}

/**
 * Opens four sockets, each address at each port (RFC 5780 §6.1). Rejects with a `DuetError` whose
 * code is a `BindErrorCode`; nothing stays open then.
 */
export async function createNatDiscovery(options: NatDiscoveryOptions): Promise<NatDiscovery> {
  const { addresses, ports, clock = systemClock, datagrams = bunDatagrams } = options
  const limiter = new AnswerLimiter(ANSWERS_PER_SECOND, clock)
  const corners: Corner[] = []
  const close = (): void => {
    for (const { port } of corners) port.close()
  }
  const open = async (ipIndex: 0 | 1, portIndex: 0 | 1): Promise<void> => {
    const { bind, external = bind } = addresses[ipIndex]
    const port = await datagrams.bind({
      ip: requireIp(bind),
      port: ports[portIndex],
      onDatagram: (payload, from) => {
        const answer = limiter.take(ipOf(from))
          ? answerTo({ ipIndex, portIndex }, payload, from)
          : undefined
        const by = answer && cornerAt(corners, answer.by)
        if (answer && by) by.port.send(answer.bytes, destinationOf(from))
      },
    })
    corners.push({
      ipIndex,
      portIndex,
      port,
      shown: joinAddress(requireIp(external), portOf(port.local)),
    })
  }
  const answerTo = (at: Place, payload: Uint8Array, from: TransportAddress): Answer | undefined => {
    const message = decodeMessage(payload)
    if (message?.class !== 'request' || message.method !== METHOD.binding) return undefined
    const unknown = unknownAttributesOf(message, KNOWN)
    const by = unknown.length > 0 ? at : changed(at, message)
    const other = cornerAt(corners, { ipIndex: flip(at.ipIndex), portIndex: flip(at.portIndex) })
    const origin = cornerAt(corners, by)
    if (!other || !origin) return undefined
    return { by, bytes: bytesOf({ message, from, unknown, origin, other }) }
  }
  try {
    for (const ipIndex of [0, 1] as const) {
      for (const portIndex of [0, 1] as const) await open(ipIndex, portIndex)
    }
  } catch (error) {
    close()
    throw error
  }
  return { close }
}

type Place = Pick<Corner, 'ipIndex' | 'portIndex'>

interface Answer {
  by: Place
  bytes: Uint8Array
}

interface AnswerFacts {
  message: ReceivedMessage
  from: TransportAddress
  unknown: readonly number[]
  origin: Corner
  other: Corner
}

function bytesOf({ message, from, unknown, origin, other }: AnswerFacts): Uint8Array {
  const { method, transactionId, hasFingerprint: fingerprint } = message
  if (unknown.length > 0) {
    const attributes = [
      { type: ATTRIBUTE.errorCode, value: encodeErrorCode(420) },
      { type: ATTRIBUTE.unknownAttributes, value: encodeAttributeTypes(unknown) },
    ]
    return encodeMessage({ class: 'error', method, transactionId, attributes }, { fingerprint })
  }
  const attributes = [
    { type: ATTRIBUTE.xorMappedAddress, value: encodeXorAddress(from, transactionId) },
    // Clients of RFC 5780 are of a time when both were usual.
    { type: ATTRIBUTE.mappedAddress, value: encodeAddress(from) },
    { type: ATTRIBUTE.responseOrigin, value: encodeAddress(origin.shown) },
    { type: ATTRIBUTE.otherAddress, value: encodeAddress(other.shown) },
  ]
  return encodeMessage({ class: 'success', method, transactionId, attributes }, { fingerprint })
}

function changed({ ipIndex, portIndex }: Place, message: ReceivedMessage): Place {
  const value = attributeOf(message, ATTRIBUTE.changeRequest)
  const flags = (value && decodeUint32(value)) ?? 0
  return {
    ipIndex: flags & CHANGE_IP ? flip(ipIndex) : ipIndex,
    portIndex: flags & CHANGE_PORT ? flip(portIndex) : portIndex,
  }
}

function cornerAt(corners: readonly Corner[], { ipIndex, portIndex }: Place): Corner | undefined {
  return corners.find((each) => each.ipIndex === ipIndex && each.portIndex === portIndex)
}

function flip(index: 0 | 1): 0 | 1 {
  return index === 0 ? 1 : 0
}

function requireIp(text: string): IpAddress {
  const ip = parseIp(text)
  if (ip === undefined) throw new TypeError(`"${text}" is not an IP address`)
  return ip
}
