import { expect, test } from 'bun:test'
import { addressOf } from '@duet/datagrams'
import { ATTRIBUTE, encodeFamily, encodeText, METHOD } from '@duet/stun'
import { NO_LIFETIME, peerAttribute } from '../testing/forge.ts'
import { FuzzPackets, isMessage } from '../testing/fuzz-packets.ts'
import { anySeed, randomNumbers } from '../testing/random.ts'
import { channelNumber, codeOf, UDP_TRANSPORT, type TurnClient } from '../testing/turn-client.ts'
import { SERVER_IP, settle, World } from '../testing/world.ts'

const PACKETS = process.env['DUET_LONG'] === '1' ? 10_000_000 : 20_000
/** Packets between two moments at which time passes. */
const ROUND = 1000
const ALLOWED_GROWTH_BYTES = 10_000_000
const PEER = addressOf('8.8.8.8:4000')
const transactionId = new Uint8Array(12)
const seed = anySeed()

/** One of each request, as right as it can be. */
function templatesOf(client: TurnClient): Uint8Array[] {
  const peer = peerAttribute(PEER, transactionId)
  const even = { type: ATTRIBUTE.evenPort, value: Uint8Array.of(128) }
  const family = { type: ATTRIBUTE.requestedAddressFamily, value: encodeFamily(6) }
  const also = { type: ATTRIBUTE.additionalAddressFamily, value: encodeFamily(6) }
  const token = { type: ATTRIBUTE.reservationToken, value: new Uint8Array(8) }
  const options = { transactionId }
  const marked = { isAnonymous: true, fingerprint: true }
  const data = { type: ATTRIBUTE.data, value: encodeText('hello') }
  const send = client.build(METHOD.send, [peer, data], { ...options, isAnonymous: true })
  send[1] = 0x16
  return [
    client.build(METHOD.allocate, [UDP_TRANSPORT, even]),
    client.build(METHOD.allocate, [UDP_TRANSPORT, family]),
    client.build(METHOD.allocate, [UDP_TRANSPORT, also], { fingerprint: true }),
    client.build(METHOD.allocate, [UDP_TRANSPORT, token]),
    client.build(METHOD.refresh, [NO_LIFETIME]),
    client.build(METHOD.createPermission, [peer, peer], options),
    client.build(METHOD.channelBind, [channelNumber(0x4001), peer], options),
    client.build(METHOD.binding, [], marked),
    send,
    Uint8Array.of(0x40, 0, 0, 4, 1, 2, 3, 4),
  ]
}

test(`attack 20: ${PACKETS} malformed packets, also signed ones, seed ${seed}`, async () => {
  const errors: unknown[] = []
  const logError = (message: string, fields: unknown): void => void errors.push([message, fields])
  const quiet = (): void => {}
  const logger = { error: logError, warn: quiet, info: quiet, debug: quiet, with: () => logger }
  const relay = { addresses: [{ bind: SERVER_IP }, { bind: '2606:4700::10' }], minPort: 50_000 }
  const world = await World.create({
    limits: { unauthenticatedAnswersPerSecond: 1e9 },
    logger,
    relay,
  })
  const client = world.client()
  await client.allocate()
  const random = randomNumbers(seed)
  const packets = new FuzzPackets(random, templatesOf(client))
  let messages = 0

  const round = async (): Promise<void> => {
    if (codeOf(await client.refresh()) !== 0) await client.tryAllocate()
    await client.bind(0x4000, PEER)
    const credentials = [
      { type: ATTRIBUTE.username, value: encodeText(client.username) },
      { type: ATTRIBUTE.realm, value: encodeText(client.realm) },
      { type: ATTRIBUTE.nonce, value: encodeText(client.nonce) },
    ]
    for (let index = 0; index < ROUND; index += 1) {
      const isSealed = random(10) === 0
      const bytes = isSealed ? packets.sealed(client.integrity, credentials) : packets.next()
      if (isMessage(bytes)) messages += 1
      client.sendRaw(bytes)
    }
    await settle()
    client.messages.length = 0
    client.channelData.length = 0
    world.network.sent.length = 0
    world.clock.advance(1000 * random(400))
  }

  await round()
  await round()
  const before = heapBytes()
  for (let sent = 2 * ROUND; sent < PACKETS; sent += ROUND) await round()
  expect(heapBytes() - before).toBeLessThan(ALLOWED_GROWTH_BYTES)
  expect(errors).toEqual([])
  expect(messages).toBeGreaterThan(PACKETS / 10)
  expect(
    codeOf(await world.client('8.0.0.9:1').request(METHOD.binding, [], { isAnonymous: true })),
  ).toBe(0)
  await world.server.close()
  await settle()
  expect([world.serverSockets, world.clock.pending]).toEqual([0, 0])
}, 1_800_000)

function heapBytes(): number {
  Bun.gc(true)
  return process.memoryUsage().heapUsed
}
