import { PROTOCOL_VERSION, SUBPROTOCOL } from '@duet/protocol'
import { LATER, SignalFrame, signalJson } from './signal-frame.ts'
import type { WireClient } from './wire-client.ts'

export type DialectName = 'native' | 'topic' | 'room'

/** How one side of a call speaks under load. */
export interface Voice {
  client: WireClient
  frame: SignalFrame
  /** Before each sending: gives the frame the numbers that the dialect asks for. */
  number?: () => void
  /** For each signal that came. */
  count?: () => void
  /** Answers a frame that is no signal. */
  answer?: (payload: Buffer) => void
}

/** One wire dialect as the load generator speaks it. */
export interface DialectClient {
  path: string
  protocol?: string
  /** Brings one client in, so far that it could wait for a call; its room is `room`. */
  enter(client: WireClient, room: string): Promise<void>
  /** Brings two clients into one room. */
  pair(a: WireClient, b: WireClient, room: string): Promise<[Voice, Voice]>
}

const native: DialectClient = {
  path: '/ws',
  protocol: SUBPROTOCOL,
  async enter(client, room) {
    client.say(JSON.stringify({ type: 'hello', version: PROTOCOL_VERSION }))
    client.say(JSON.stringify({ type: 'join', room, tag: crypto.randomUUID(), seq: 1, ack: 0 }))
    await client.next((message) => message.startsWith('{"type":"joined"'))
  },
  async pair(a, b, room) {
    await native.enter(a, room)
    await native.enter(b, room)
    const told = await a.next((message) => message.startsWith('{"type":"peer-joined"'))
    const newcomer = (JSON.parse(told) as { peer: { id: string } }).peer.id
    // The first signal to everybody tells the newcomer who sends; then both name the other.
    a.say(JSON.stringify({ type: 'candidate', candidate: null, seq: 2, ack: 2 }))
    const heard = await b.next((message) => message.startsWith('{"type":"candidate"'))
    const first = (JSON.parse(heard) as { from: string }).from
    return [
      nativeVoice(a, { to: newcomer, seq: 2, ack: 2 }),
      nativeVoice(b, { to: first, seq: 1, ack: 2 }),
    ]
  },
}

function nativeVoice(client: WireClient, said: { to: string; seq: number; ack: number }): Voice {
  let { seq, ack } = said
  const frame = new SignalFrame(
    signalJson((sdp) => {
      const description = JSON.stringify({ type: 'offer', sdp })
      const to = JSON.stringify(said.to)
      return `{"type":"description","description":${description},"to":${to},"seq":${LATER},"ack":${LATER}}`
    }),
  )
  return {
    client,
    frame,
    number: () => frame.setNumbers(++seq, ack),
    count: () => void ack++,
  }
}

const topic: DialectClient = {
  path: '/',
  enter(client, room) {
    client.say(JSON.stringify({ cmd: 'subscribe', subject: `room-${room}` }))
    return Promise.resolve()
  },
  async pair(a, b, room) {
    const voices: [Voice, Voice] = [topicVoice(a, room), topicVoice(b, room)]
    await topic.enter(a, room)
    await topic.enter(b, room)
    // A subscription has no answer: ask until each hears the other.
    await greetUntilHeard(a, b, JSON.stringify(topicCall(room)))
    await greetUntilHeard(b, a, JSON.stringify(topicCall(room)))
    return voices
  },
}

function topicCall(room: string): object {
  return { cmd: 'publish', subject: `room-${room}`, event: 'call', data: null }
}

function topicVoice(client: WireClient, room: string): Voice {
  const json = signalJson((sdp) =>
    JSON.stringify({
      cmd: 'publish',
      subject: `room-${room}`,
      event: 'offer',
      data: { type: 'offer', sdp },
    }),
  )
  return { client, frame: new SignalFrame(json) }
}

/** How often a greeting is repeated that nobody may have heard, in milliseconds. */
const GREET_EVERY_MS = 50

async function greetUntilHeard(from: WireClient, to: WireClient, greeting: string): Promise<void> {
  from.say(greeting)
  const timer = setInterval(() => from.say(greeting), GREET_EVERY_MS)
  await to
    .next((message) => message.includes('"call"'))
    .finally(() => {
      clearInterval(timer)
    })
}

/** Engine.IO 4 packets `open`, `ping` and `pong`; Socket.IO packets `connect` and `event`. */
const ENGINE = { open: '0', ping: 0x32, pong: '3' }
const SOCKET = { connect: '40', event: '42' }

const room: DialectClient = {
  path: '/socket.io/?EIO=4&transport=websocket',
  async enter(client, name) {
    await client.next((packet) => packet.startsWith(ENGINE.open))
    client.say(SOCKET.connect)
    await client.next((packet) => packet.startsWith(SOCKET.connect))
    client.say(`${SOCKET.event}${JSON.stringify(['join', name])}`)
    await client.next((packet) => packet.startsWith(`${SOCKET.event}["joined"`))
  },
  async pair(a, b, name) {
    await room.enter(a, name)
    await room.enter(b, name)
    return [roomVoice(a, name), roomVoice(b, name)]
  },
}

function roomVoice(client: WireClient, name: string): Voice {
  const json = signalJson(
    (sdp) => `${SOCKET.event}${JSON.stringify(['message', name, { type: 'offer', sdp }])}`,
  )
  return {
    client,
    frame: new SignalFrame(json),
    answer: (payload) => {
      if (payload.length === 1 && payload[0] === ENGINE.ping) client.say(ENGINE.pong)
    },
  }
}

/** How each dialect is spoken. */
export const DIALECTS: Record<DialectName, DialectClient> = { native, topic, room }
