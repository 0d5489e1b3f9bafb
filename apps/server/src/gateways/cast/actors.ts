import type { FakeClient } from '../../socket-io/fake-client.ts'
import { settled } from '../../socket-io/fake-client.ts'
import { Stage as NativeStage, type FakeClient as NativeClient } from '../native/fake-client.ts'
import type { CastStage } from './stage.ts'
import type { Variant } from './words.ts'

/** A TV on any wire, by what happens to it. For tests. */
export interface TvActor {
  /** The code that it shows. */
  code: string
  answer(sdp: string): Promise<void>
  candidate(candidate: string): Promise<void>
  /** What it was told since it was asked last: `came Ann`, `offer v=0`, `candidate c`, `gone`. */
  heard(): string[]
  /** Its page is closed. */
  close(): Promise<void>
}

/** A sender on any wire, by what happens to it. For tests. */
export interface SenderActor {
  /** Enters a code: `ok`, or why not. */
  enter(code: string): Promise<string>
  offer(sdp: string): Promise<void>
  candidate(candidate: string): Promise<void>
  /** What it was told since it was asked last: `answer v=0`, `candidate c`, `gone left`. */
  heard(): string[]
  close(): Promise<void>
}

export type Wire = Variant | 'native'

export const WIRES: readonly Wire[] = ['A', 'B', 'C', 'native']

/** Casts, with TVs and senders of every kind. For tests. */
export class Cinema {
  readonly #stage: CastStage
  readonly #native: NativeStage

  constructor(stage: CastStage) {
    this.#stage = stage
    this.#native = new NativeStage({ hub: stage.hub, casts: stage.casts, clock: stage.clock })
  }

  async tv(wire: Wire, secret = `the secret of a TV of ${wire}`): Promise<TvActor> {
    if (wire === 'native') return nativeTv(this.#native.greet(), secret)
    return socketTv(await this.#connect(wire), wire, wire === 'C' ? this.#token() : secret)
  }

  async sender(wire: Wire): Promise<SenderActor> {
    if (wire === 'native') return nativeSender(this.#native.greet())
    const client = await this.#connect(wire)
    if (wire === 'C') await client.say('VERIFY_FEEDBACK', this.#token())
    client.take()
    return socketSender(client, wire)
  }

  #connect(wire: Variant): Promise<FakeClient> {
    return this.#stage.connect(undefined, wire === 'A' ? '/' : '/rtc')
  }

  #token(): string {
    return this.#stage.tokens.issue('Living room', 60)
  }
}

const OPENING = { A: 'TV_INIT', B: 'TV_REGISTER', C: 'TV_GETINFO' }

async function socketTv(client: FakeClient, wire: Variant, token: string): Promise<TvActor> {
  await client.say(OPENING[wire], wire === 'A' ? token : { token, code: 'device 1' })
  const said = client.take()
  const isBoxed = wire !== 'A'
  return {
    code: codeIn(said),
    answer: (sdp) =>
      isBoxed
        ? client.say('RTC_TV_Answer_To_Server', { answer: { type: 'answer', sdp } })
        : client.say('TV_ANSWER_TO_SERVER', { type: 'answer', sdp }),
    candidate: (candidate) => sayCandidate(client, candidate),
    heard: () =>
      client.take().flatMap(([event, what]) => {
        const box = boxOf(what)
        if (event === 'NEW_CLIENT_JOIN') return [`came ${String(box['username'])}`.trim()]
        if (event === 'USER_OFFLINE') return ['gone']
        if (event === 'CLIENT_OFFER_TO_TV') return [`offer ${String(box['sdp'])}`]
        if (event === 'RTC_Client_Offer_To_TV') {
          return [`offer ${String(boxOf(box['offer'])['sdp'])}`]
        }
        return candidatesIn(event, box)
      }),
    close: () => client.drop(),
  }
}

function socketSender(client: FakeClient, wire: Variant): SenderActor {
  const isBoxed = wire !== 'A'
  return {
    async enter(code) {
      await (isBoxed
        ? client.say('CONNECT_TO_TV', { username: 'Ann', projCode: code })
        : client.say('JOIN_ROOM', code))
      const [word, what] = client.take()[0] ?? []
      const isIn = word === 'JOIN_ROOM_OK' || word === 'CONNECT_TO_TV_SUCCESS'
      return isIn ? 'ok' : String(boxOf(what)['reason'])
    },
    offer: (sdp) =>
      isBoxed
        ? client.say('RTC_Client_Offer_To_Server', { offer: { type: 'offer', sdp } })
        : client.say('CLIENT_OFFER_TO_SERVER', { type: 'offer', sdp }),
    candidate: (candidate) => sayCandidate(client, candidate),
    heard: () =>
      client.take().flatMap(([event, what]) => {
        const box = boxOf(what)
        if (event === 'TV_OFFLINE') return [`gone ${String(box['reason'])}`]
        if (event === 'TV_ANSWER_TO_CLIENT') return [`answer ${String(box['sdp'])}`]
        if (event === 'RTC_TV_Answer_To_Client' && isBoxed) {
          return [`answer ${String(boxOf(box['answer'])['sdp'])}`]
        }
        return candidatesIn(event, box)
      }),
    close: () => client.drop(),
  }
}

function nativeTv(client: NativeClient, secret: string): TvActor {
  client.request({ type: 'open-cast', tag: client.welcome.session, secret })
  let heard = client.events.length
  return {
    code: String(client.last('joined')['code']),
    answer: (sdp) => signal(client, { type: 'description', description: { type: 'answer', sdp } }),
    candidate: (candidate) => signal(client, toCandidate(candidate)),
    heard: () => {
      const news = client.events.slice(heard)
      heard = client.events.length
      return news.flatMap((event) => {
        if (event.type === 'peer-joined') return [`came ${event.peer.name}`.trim()]
        if (event.type === 'peer-left') return ['gone']
        return signalsIn(event)
      })
    },
    close: () => hangUp(client),
  }
}

function nativeSender(client: NativeClient): SenderActor {
  let heard = 0
  return {
    enter(code) {
      client.request({ type: 'join-cast', tag: client.welcome.session, code, name: 'Ann' })
      heard = client.events.length
      const answer = client.events.at(-1)
      if (answer?.type === 'joined') return Promise.resolve('ok')
      if (answer?.type === 'full') return Promise.resolve('busy')
      return Promise.resolve(answer?.type === 'error' ? answer.code : 'nothing')
    },
    offer: (sdp) => signal(client, { type: 'description', description: { type: 'offer', sdp } }),
    candidate: (candidate) => signal(client, toCandidate(candidate)),
    heard: () => {
      const news = client.events.slice(heard)
      heard = client.events.length
      return news.flatMap((event) => {
        if (event.type === 'peer-left') return [`gone ${event.reason}`]
        if (event.type === 'dismissed') return ['gone stopped']
        return signalsIn(event)
      })
    },
    close: () => hangUp(client),
  }
}

function toCandidate(candidate: string): Record<string, unknown> {
  return { type: 'candidate', candidate: { candidate, sdpMid: '0', sdpMLineIndex: 0 } }
}

function signal(client: NativeClient, what: Record<string, unknown>): Promise<void> {
  client.request(what)
  return settled()
}

function hangUp(client: NativeClient): Promise<void> {
  client.socket.hangUp()
  return settled()
}

function signalsIn(event: NativeClient['events'][number]): string[] {
  if (event.type === 'description') {
    const { type, sdp } = event.description
    return [`${type} ${sdp}`]
  }
  return event.type === 'candidate' ? [`candidate ${event.candidate?.candidate ?? ''}`] : []
}

function sayCandidate(client: FakeClient, candidate: string): Promise<void> {
  return client.say('RTC_Candidate_Exchange', {
    iceCandidate: { candidate, sdpMid: '0', sdpMLineIndex: 0 },
  })
}

function candidatesIn(event: unknown, box: Record<string, unknown>): string[] {
  if (event !== 'RTC_Candidate_Exchange') return []
  return [`candidate ${String(boxOf(box['iceCandidate'])['candidate'])}`]
}

function codeIn(said: readonly (readonly unknown[])[]): string {
  for (const [event, what] of said) {
    if (event === 'TV_INIT_OK') return String(what)
    if (event === 'TV_REGISTER_SUCCESS' || event === 'TV_INFO_FEEDBACK') {
      return String(boxOf(what)['projCode'])
    }
  }
  throw new Error(`there was no code: ${JSON.stringify(said)}`)
}

function boxOf(what: unknown): Record<string, unknown> {
  return typeof what === 'object' && what !== null ? (what as Record<string, unknown>) : {}
}
