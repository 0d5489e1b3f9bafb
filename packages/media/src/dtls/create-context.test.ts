import { expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import type { SrtpKeys } from '../srtp/keys.ts'
import { createDtlsContext } from './create-context.ts'

test('two contexts that know each other agree on keys', () => {
  const clock = new FakeClock()
  const [a, b] = [createDtlsContext({ clock }), createDtlsContext({ clock })]
  const keys: SrtpKeys[] = []
  const onConnected = (agreed: SrtpKeys) => keys.push(agreed)
  const onEnded = () => keys.splice(0)
  const [toServer, toClient]: [Uint8Array[], Uint8Array[]] = [[], []]
  const send = (datagram: Uint8Array) => void toServer.push(datagram.slice())
  const client = a.connect({ fingerprints: [b.fingerprint], send, onConnected, onEnded })
  const server = b.accept({
    fingerprints: [a.fingerprint],
    send: (datagram) => void toClient.push(datagram.slice()),
    onConnected,
    onEnded,
  })
  while (toServer.length + toClient.length > 0) {
    for (const datagram of toServer.splice(0)) server.receive(datagram)
    for (const datagram of toClient.splice(0)) client.receive(datagram)
  }
  expect([client.state, server.state]).toEqual(['connected', 'connected'])
  expect(keys[0]!.local).toEqual(keys[1]!.remote)
  expect(keys[0]!.remote).toEqual(keys[1]!.local)
  a.close()
  b.close()
})
