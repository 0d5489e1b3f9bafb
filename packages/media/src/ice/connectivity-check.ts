import {
  ATTRIBUTE,
  attributeOf,
  decodeMessage,
  decodeText,
  encodeErrorCode,
  encodeMessage,
  encodeXorAddress,
  METHOD,
  shortTermKey,
  verifyIntegrity,
  type ReceivedMessage,
  type TransportAddress,
} from '@duet/stun'
import type { IceCredentials } from './ice-credentials.ts'

/** A connectivity check that nobody has verified yet (RFC 8445 §7). */
export interface ConnectivityCheck {
  message: ReceivedMessage
  /** Of our credentials: whose session it is for. */
  localUfrag: string
  remoteUfrag: string
  /** The client settles on this path. */
  isNominating: boolean
  /** The client says of itself that it is the controlled one, which we are. */
  isControlled: boolean
}

/** Both agents take the same role (RFC 8445 §7.3.1.1); not in STUN's own registry. */
const ROLE_CONFLICT = 487

/** Reads a connectivity check; undefined when it is none. */
export function readConnectivityCheck(bytes: Uint8Array): ConnectivityCheck | undefined {
  const message = decodeMessage(bytes)
  if (!message || message.class !== 'request' || message.method !== METHOD.binding) return undefined
  const username = attributeOf(message, ATTRIBUTE.username)
  const text = username && decodeText(username)
  const [localUfrag, remoteUfrag, ...rest] = text?.split(':') ?? []
  if (!localUfrag || !remoteUfrag || rest.length > 0) return undefined
  return {
    message,
    localUfrag,
    remoteUfrag,
    isNominating: attributeOf(message, ATTRIBUTE.useCandidate) !== undefined,
    isControlled: attributeOf(message, ATTRIBUTE.iceControlled) !== undefined,
  }
}

/** Whether the check was made by who knows our password (RFC 8445 §7.3). */
export function isAuthentic({ message }: ConnectivityCheck, local: IceCredentials): boolean {
  return verifyIntegrity(message, { algorithm: 'sha-1', key: shortTermKey(local.pwd) })
}

/** The answer to an authentic check. A lite agent is always the controlled one. */
export function answerCheck(
  { message, isControlled }: ConnectivityCheck,
  local: IceCredentials,
  from: TransportAddress,
): Uint8Array {
  const { method, transactionId } = message
  const seal = {
    integrity: { algorithm: 'sha-1', key: shortTermKey(local.pwd) },
    fingerprint: true,
  } as const
  if (isControlled) {
    const value = encodeErrorCode(ROLE_CONFLICT)
    const attributes = [{ type: ATTRIBUTE.errorCode, value }]
    return encodeMessage({ class: 'error', method, transactionId, attributes }, seal)
  }
  const value = encodeXorAddress(from, transactionId)
  const attributes = [{ type: ATTRIBUTE.xorMappedAddress, value }]
  return encodeMessage({ class: 'success', method, transactionId, attributes }, seal)
}
