import {
  ATTRIBUTE,
  encodeMessage,
  encodeText,
  METHOD,
  shortTermKey,
  type StunAttribute,
} from '@duet/stun'
import { readConnectivityCheck, type ConnectivityCheck } from '../ice/connectivity-check.ts'
import type { IceCredentials } from '../ice/ice-credentials.ts'

export interface CheckOptions {
  /** Of whom the check goes to; its password signs. */
  to: IceCredentials
  from: IceCredentials
  isNominating?: boolean
  role?: 'controlling' | 'controlled'
}

/** A connectivity check as it goes over the wire (RFC 8445 §7.2.2). */
function checkBytes(options: CheckOptions): Uint8Array {
  const { to, from, isNominating = false, role = 'controlling' } = options
  const attributes: StunAttribute[] = [
    { type: ATTRIBUTE.username, value: encodeText(`${to.ufrag}:${from.ufrag}`) },
    {
      type: role === 'controlling' ? ATTRIBUTE.iceControlling : ATTRIBUTE.iceControlled,
      value: new Uint8Array(8),
    },
  ]
  if (isNominating) attributes.push({ type: ATTRIBUTE.useCandidate, value: new Uint8Array(0) })
  return encodeMessage(
    { class: 'request', method: METHOD.binding, transactionId: new Uint8Array(12), attributes },
    { integrity: { algorithm: 'sha-1', key: shortTermKey(to.pwd) }, fingerprint: true },
  )
}

/** The same as it is received. */
export function checkOf(options: CheckOptions): ConnectivityCheck {
  const check = readConnectivityCheck(checkBytes(options))
  if (!check) throw new TypeError('no check')
  return check
}
