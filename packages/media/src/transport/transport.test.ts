import { expect, test } from 'bun:test'
import { FakeClock, silentLogger } from '@duet/base'
import { addressOf, type DatagramPort } from '@duet/datagrams'
import { ATTRIBUTE, encodeMessage, encodeText, METHOD, shortTermKey } from '@duet/stun'
import { createDtlsContext } from '../dtls/create-context.ts'
import type { DtlsOptions } from '../dtls/dtls.ts'
import { readConnectivityCheck } from '../ice/connectivity-check.ts'
import { Traffic } from './traffic.ts'
import { Transport } from './transport.ts'

const LOCAL = { ufrag: 'Srvr', pwd: 'serverpasswordserverpass' }
const REMOTE = { ufrag: 'Clnt', pwd: 'clientpasswordclientpass' }

/** A transport whose handshake is done as soon as a check settles on a path. */
function connected() {
  const traffic = new Traffic()
  const sent: Uint8Array[] = []
  const real = createDtlsContext({ clock: new FakeClock() })
  const key = { key: new Uint8Array(16), salt: new Uint8Array(12) }
  const accept = (options: DtlsOptions) => {
    queueMicrotask(() =>
      options.onConnected({ profile: 'SRTP_AEAD_AES_128_GCM', local: key, remote: key }),
    )
    return { state: 'connected', receive() {}, tick() {}, close() {} } as const
  }
  const transport = new Transport({
    dtls: { ...real, fingerprint: real.fingerprint, accept, connect: accept, close() {} },
    setup: 'passive',
    fingerprints: [],
    local: LOCAL,
    remote: REMOTE,
    maxAddresses: 8,
    traffic,
    logger: silentLogger,
    onAddress: () => {},
    onConnected: () => {},
    onEnded: () => {},
    onRtp: () => {},
    onRtcp: () => {},
  })
  const port: DatagramPort = {
    local: addressOf('192.0.2.1:8000'),
    send: (payload) => sent.push(payload.slice()) > 0,
    close() {},
  }
  const check = readConnectivityCheck(
    encodeMessage(
      {
        class: 'request',
        method: METHOD.binding,
        transactionId: new Uint8Array(12),
        attributes: [
          { type: ATTRIBUTE.username, value: encodeText('Srvr:Clnt') },
          { type: ATTRIBUTE.useCandidate, value: new Uint8Array(0) },
        ],
      },
      { integrity: { algorithm: 'sha-1', key: shortTermKey(LOCAL.pwd) } },
    ),
  )
  if (!check) throw new Error('no check')
  transport.handleCheck(check, { from: addressOf('198.51.100.1:9'), port, nowMs: 0 })
  return { transport, traffic, sent, real }
}

test('what SRTP does not protect does not leave, whatever it holds', async () => {
  const { transport, traffic, sent, real } = connected()
  await Promise.resolve()
  expect(transport.isConnected).toBe(true)
  sent.length = 0
  transport.scratch.fill(0)
  transport.scratch[0] = 0x80
  for (let count = 0; count < 2; count += 1) {
    // The same number of the same SSRC (RFC 3711 §9.1).
    transport.scratch.set([0x80, 96, 0, 7], 0)
    transport.sendRtp(100)
  }
  expect(sent.length).toBe(1)
  expect(sent[0]?.length).toBe(116)
  expect(traffic.dropped).toEqual({ 'not-sent': 1 })
  expect(transport.sentBytes).toBe(116)
  transport.close()
  real.close()
})
