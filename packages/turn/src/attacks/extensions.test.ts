import { describe, expect, test } from 'bun:test'
import {
  ATTRIBUTE,
  attributeOf,
  encodeMessage,
  encodeText,
  METHOD,
  type StunAttribute,
} from '@duet/stun'
import { channelNumber, codeOf, UDP_TRANSPORT } from '../testing/turn-client.ts'
import { settle, World } from '../testing/world.ts'
import { addressOf } from '@duet/datagrams'
import { peerAttribute } from '../testing/forge.ts'

const CONNECT = 0x00a
const CONNECTION_BIND = 0x00b
const CHANGE_REQUEST = 0x0003
const ACCESS_TOKEN = 0x001b
const CONNECTION_ID = 0x002a
const transactionId = new Uint8Array(12).fill(6)
const ticket = (bytes: number): StunAttribute => ({
  type: ATTRIBUTE.mobilityTicket,
  value: new Uint8Array(bytes),
})

describe('attack 21: extensions that are off', () => {
  test.each([
    ['Connect', CONNECT],
    ['ConnectionBind', CONNECTION_BIND],
  ])('TU81 TU13 %s is not answered, and opens nothing', async (_name, method) => {
    const world = await World.create()
    const client = world.client()
    await client.allocate()
    const before = client.messages.length
    const peer = peerAttribute(addressOf('127.0.0.1:80'), transactionId)
    const connection = { type: CONNECTION_ID, value: new Uint8Array(4) }
    client.sendRaw(client.build(method, [peer, connection], { transactionId }))
    await settle()
    expect(client.messages.length).toBe(before)
    expect((await world.stats()).drops).toEqual({ 'unknown-method': 1 })
    expect(world.network.sent.filter((line) => line.endsWith(':80'))).toEqual([])
  })

  test.each([0, 8, 200])('TU82 a ticket of %i bytes: 405, and no allocation', async (bytes) => {
    const world = await World.create()
    const client = world.client()
    await client.greet()
    const answer = await client.request(METHOD.allocate, [UDP_TRANSPORT, ticket(bytes)])
    expect(codeOf(answer)).toBe(405)
    expect((await world.stats()).allocations.open).toBe(0)
    expect(codeOf(await client.request(METHOD.allocate, [UDP_TRANSPORT]))).toBe(0)
    expect(codeOf(await client.refresh(ticket(bytes)))).toBe(405)
    expect((await world.stats()).allocations.open).toBe(1)
  })

  test('TU82 tickets from ever more addresses use no quota', async () => {
    const world = await World.create({ limits: { allocationsPerUser: 1 } })
    for (let port = 1; port <= 40; port += 1) {
      const client = world.client(`8.0.0.1:${port}`)
      await client.greet()
      expect(codeOf(await client.refresh(ticket(100)))).toBe(405)
    }
    expect((await world.stats()).allocations).toEqual({ open: 0, made: 0, reserved: 0 })
    await world.client('8.0.0.1:1000').allocate()
  })

  test.each([
    ['CHANGE-REQUEST', CHANGE_REQUEST, METHOD.binding],
    ['ACCESS-TOKEN', ACCESS_TOKEN, METHOD.binding],
  ])('TU83 TU5 %s: 420 by its name', async (_name, type, method) => {
    const world = await World.create()
    const client = world.client()
    const attribute = { type, value: new Uint8Array(4) }
    const answer = await client.request(method, [attribute], { isAnonymous: true })
    expect(codeOf(answer)).toBe(420)
    const named = attributeOf(answer, ATTRIBUTE.unknownAttributes)?.toHex()
    expect(named).toBe(type.toString(16).padStart(4, '0'))
  })

  test('TU83 an ACCESS-TOKEN of any length is read by nobody', async () => {
    const world = await World.create()
    const client = world.client()
    await client.greet()
    for (const bytes of [0, 1, 3, 255, 2000]) {
      const token = { type: ACCESS_TOKEN, value: new Uint8Array(bytes).fill(0xff) }
      const answer = await client.request(METHOD.allocate, [UDP_TRANSPORT, token])
      expect(codeOf(answer)).toBe(420)
    }
  })

  test('a DTLS ClientHello, and what looks like an admin page, get no answer', async () => {
    const world = await World.create()
    const client = world.client()
    client.sendRaw(Uint8Array.fromHex(`16fefd0000000000000000002e${'01'.repeat(46)}`))
    client.sendRaw(encodeText('GET /admin HTTP/1.1\r\n\r\n'))
    await settle()
    expect(client.messages).toEqual([])
    expect((await world.stats()).drops).toEqual({ malformed: 1, 'no-allocation': 1 })
  })

  test('TU85 channels from 0x5000 on are none, unless they are allowed', async () => {
    for (const [legacyChannels, code] of [
      [false, 400],
      [true, 0],
    ] as const) {
      const world = await World.create({ legacyChannels })
      const client = world.client()
      await client.allocate()
      const attributes = [
        channelNumber(0x7ffe),
        peerAttribute(addressOf('8.8.8.8:1'), transactionId),
      ]
      const answer = await client.request(METHOD.channelBind, attributes, { transactionId })
      expect(codeOf(answer)).toBe(code)
      expect(codeOf(await client.bind(0x7fff, addressOf('8.8.8.8:2')))).toBe(400)
    }
  })

  test('TU5 comprehension-optional attributes are ignored', async () => {
    const world = await World.create()
    const client = world.client()
    const message = {
      class: 'request',
      method: METHOD.binding,
      transactionId,
      attributes: [{ type: 0xff00, value: new Uint8Array(9) }],
    } as const
    const answer = await client.exchange(encodeMessage(message))
    expect(codeOf(answer)).toBe(0)
  })
})
