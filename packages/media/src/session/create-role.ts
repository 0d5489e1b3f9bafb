import { randomInt } from 'node:crypto'
import type { Clock } from '@duet/base'
import type { MediaLimits } from '../limits.ts'
import { Consumer } from '../router/consumer.ts'
import { Producer } from '../router/producer.ts'
import type { Router } from '../router/router.ts'
import type { SendingFlow } from '../sdp/answer.ts'
import type { AgreedMedia } from '../sdp/choose.ts'
import type { Transport } from '../transport/transport.ts'
import { PlaySession } from './play-session.ts'
import { PublishSession } from './publish-session.ts'
import type { SessionFacts, SessionRole } from './session.ts'

export interface RoleOptions {
  facts: SessionFacts
  router: Router
  transport: Transport
  /** What was agreed upon; refused sections are left out. */
  media: readonly AgreedMedia[]
  /** Filled with what a player will be sent, by mid. */
  flows: Map<string, SendingFlow>
  cname: string
  clock: Clock
  limits: MediaLimits
}

/** Makes what a session is for: its tracks, in either direction. */
export function createRole(options: RoleOptions): SessionRole {
  return options.facts.kind === 'publish' ? createPublisher(options) : createPlayer(options)
}

function createPublisher({ facts, router, transport, media, clock, limits }: RoleOptions) {
  const producers = media.flatMap(({ offered, codecs, extensions }) => {
    const [codec] = codecs
    const { kind, mid, ssrc, rtxSsrc } = offered
    if (!codec || kind === 'other') return []
    const cache = { maxBytes: limits.cacheBytes, keptMs: limits.cacheMs }
    return [new Producer({ kind, mid, codec, extensions, ssrc, rtxSsrc, cache })]
  })
  return new PublishSession({
    id: facts.id,
    router,
    producers,
    transport,
    keyFrameRequestsPerSecond: limits.keyFrameRequestsPerSecond,
    now: () => clock.now(),
  })
}

function createPlayer({ facts, router, transport, media, flows, cname }: RoleOptions) {
  const consumers = media.flatMap((one) => {
    const { kind, mid } = one.offered
    if (kind === 'other' || one.codecs.length === 0) return []
    const flow = { ssrc: newSsrc(), rtxSsrc: newSsrc() }
    flows.set(mid, flow)
    const onKeyFrameNeeded = (): void => router.requestKeyFrame(kind)
    return [new Consumer({ kind, media: one, flow, cname, transport, onKeyFrameNeeded })]
  })
  return new PlaySession({ id: facts.id, router, consumers, transport })
}

function newSsrc(): number {
  return randomInt(1, 2 ** 32)
}
