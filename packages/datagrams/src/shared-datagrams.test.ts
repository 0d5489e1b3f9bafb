import { expect, test } from 'bun:test'
import { DuetError } from '@duet/base'
import { ipOf } from '@duet/stun'
import type { DatagramNetwork, DatagramPort } from './datagrams.ts'
import { destinationOf } from './destination.ts'
import { addressOf, FakeDatagrams } from './fake-datagrams.ts'
import { shareDatagrams } from './shared-datagrams.ts'

const LOCAL = addressOf('192.0.2.1:3478')
const CAPITAL = /^[A-Z]/

/** A port for two: what begins with a capital is for the second one. */
function share() {
  const network = new FakeDatagrams()
  const isForSecond = (packet: { view: () => Uint8Array }): boolean =>
    CAPITAL.test(new TextDecoder().decode(packet.view()))
  const { first, second } = shareDatagrams({ network, port: 3478, isForSecond })
  const heard: string[] = []
  const bind = (name: string, at: DatagramNetwork, port = 3478): Promise<DatagramPort> =>
    at.bind({
      ip: ipOf(LOCAL),
      port,
      onDatagram: (payload) => heard.push(`${name}: ${new TextDecoder().decode(payload)}`),
    })
  const peer = network.peer('192.0.2.2:1000')
  return { network, first, second, bind, heard, peer }
}

function fault(binding: Promise<DatagramPort>): Promise<string | undefined> {
  return binding.then(
    () => undefined,
    (error: unknown) => (error instanceof DuetError ? error.code : String(error)),
  )
}

test('each hears what is for it, and both send from the same port', async () => {
  const { network, first, second, bind, heard, peer } = share()
  const [one, two] = await Promise.all([bind('first', first), bind('second', second)])
  expect([one.local, two.local]).toEqual([LOCAL, LOCAL])
  peer.send('low', LOCAL)
  peer.send('High', LOCAL)
  expect(heard).toEqual(['first: low', 'second: High'])
  const to = destinationOf(addressOf('192.0.2.2:1000'))
  expect(one.send(new TextEncoder().encode('a'), to)).toBe(true)
  expect(two.send(new TextEncoder().encode('b'), to)).toBe(true)
  expect(peer.received).toEqual(['192.0.2.1:3478: a', '192.0.2.1:3478: b'])
  one.close()
  two.close()
  expect(network.size).toBe(1)
})

test('who leaves hears and sends nothing more, and the last one closes the socket', async () => {
  const { network, first, second, bind, heard, peer } = share()
  const one = await bind('first', first)
  peer.send('Nobody', LOCAL)
  const two = await bind('second', second)
  one.close()
  one.close()
  peer.send('low', LOCAL)
  peer.send('High', LOCAL)
  expect(heard).toEqual(['second: High'])
  expect(one.send(new Uint8Array(1), destinationOf(addressOf('192.0.2.2:1000')))).toBe(false)
  expect(network.size).toBe(2)
  two.close()
  expect(network.size).toBe(1)
  const again = await bind('first', first)
  peer.send('again', LOCAL)
  expect(heard.at(-1)).toBe('first: again')
  again.close()
})

test('other ports are of one alone', async () => {
  const { first, second, bind, heard, peer } = share()
  const [one, two] = await Promise.all([bind('first', first, 4000), bind('second', second, 4001)])
  peer.send('High', one.local)
  peer.send('low', two.local)
  expect(heard).toEqual(['first: High', 'second: low'])
})

test('one of them has it once; what is in use stays in use, until it is free', async () => {
  const { network, first, second, bind } = share()
  const other = network.open({ ip: ipOf(LOCAL), port: 3478, onDatagram: () => {} })
  expect(await fault(bind('first', first))).toBe('port-in-use')
  expect(await fault(bind('second', second))).toBe('port-in-use')
  other.close()
  await bind('first', first)
  expect(await fault(bind('first', first))).toBe('port-in-use')
  await bind('second', second)
})
