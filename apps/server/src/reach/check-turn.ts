import type { Clock } from '@duet/base'
import type { DatagramNetwork } from '@duet/datagrams'
import {
  ATTRIBUTE,
  attributeOf,
  decodeText,
  encodeText,
  encodeUint32,
  longTermKey,
  METHOD,
  verifyIntegrity,
  type IpAddress,
  type StunAttribute,
  type TransportAddress,
} from '@duet/stun'
import { createRestCredentials } from '@duet/turn'
import { StunClient } from './stun-client.ts'

/** reached: it is ours. other: something else answers there. silent: nothing does, from here. */
export type CheckResult = 'reached' | 'other' | 'silent'

export interface CheckTurnOptions {
  /** The local address that asks. */
  bind: IpAddress
  /** Where our TURN port should be. */
  at: TransportAddress
  /** A secret of our TURN server: only who knows it can answer. */
  secret: string
  network: DatagramNetwork
  clock: Clock
  timeoutMs: number
  /** Ends it at once. */
  signal?: AbortSignal | undefined
}

/** Names the credentials of this check in the TURN server's log. */
const ID = 'hairpin'
const CREDENTIALS_SECONDS = 60

/**
 * Whether our own TURN server answers at an address. It is asked to end an allocation that is
 * not there: what it signs its refusal with proves who it is, and nothing is allocated.
 */
export async function checkTurn(options: CheckTurnOptions): Promise<CheckResult> {
  const { bind, at, secret, network, clock, timeoutMs, signal } = options
  const client = await StunClient.open({ network, ip: bind, clock, timeoutMs, signal })
  try {
    const lifetime = { type: ATTRIBUTE.lifetime, value: encodeUint32(0) }
    const challenge = await client.ask(at, { method: METHOD.refresh, attributes: [lifetime] })
    if (!challenge) return 'silent'
    const realm = attributeOf(challenge, ATTRIBUTE.realm)
    const nonce = attributeOf(challenge, ATTRIBUTE.nonce)
    const realmText = realm && decodeText(realm)
    if (realmText === undefined || !realm || !nonce) return 'other'
    const { username, password } = createRestCredentials({
      secret,
      id: ID,
      ttlSeconds: CREDENTIALS_SECONDS,
      now: clock.now(),
    })
    // Without PASSWORD-ALGORITHM, as every TURN server takes it (RFC 8489 §9.2.3).
    const key = longTermKey('md5', { username, realm: realmText, password })
    const integrity = { algorithm: 'sha-1', key } as const
    const attributes: StunAttribute[] = [
      lifetime,
      { type: ATTRIBUTE.username, value: encodeText(username) },
      { type: ATTRIBUTE.realm, value: realm },
      { type: ATTRIBUTE.nonce, value: nonce },
    ]
    const question = { method: METHOD.refresh, attributes, seal: { integrity } }
    const refusal = await client.ask(at, question)
    if (!refusal) return 'silent'
    return verifyIntegrity(refusal, integrity) ? 'reached' : 'other'
  } finally {
    client.close()
  }
}
