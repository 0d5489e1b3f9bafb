import { afterEach, beforeEach, expect, test } from 'bun:test'
import { DuetError } from '@duet/base'
import { parse } from 'sdp-transform'
import type { SessionKind } from './media-server.ts'
import { randomNumbers } from './rtp/testing/bytes.ts'
import { changedText } from './testing/fuzz-text.ts'
import { offerOf } from './testing/offers.ts'
import { World } from './testing/world.ts'

const isLong = process.env['DUET_LONG'] === '1'
const RUNS = isLong ? 100_000 : 1_000
/** Numbers that differ from run to run; the titles show it. */
const seed = 1 + Math.floor(Math.random() * 0x7fff_fffe)
const random = randomNumbers(seed)
const ALLOWED_GROWTH_BYTES = 20_000_000

let world: World

beforeEach(async () => {
  world = await World.open()
})

afterEach(() => world.close())

/** The code of the error that it threw; anything but a DuetError passes through. */
function codeOf(run: () => unknown): string {
  try {
    run()
    return 'none'
  } catch (error) {
    if (error instanceof DuetError) return error.code
    throw error
  }
}

/** Does it so often; the memory in use must stay as it is. */
function repeat(runs: number, once: () => void): void {
  for (let run = 0; run < runs / 4; run += 1) once()
  const before = memory()
  for (let run = 0; run < (3 * runs) / 4; run += 1) once()
  const after = memory()
  // In one process with all other tests it says nothing of these few.
  if (isLong) expect(after.rss - before.rss).toBeLessThan(ALLOWED_GROWTH_BYTES)
  expect(after.heap - before.heap).toBeLessThan(ALLOWED_GROWTH_BYTES)
}

function memory(): { rss: number; heap: number } {
  Bun.gc(true)
  const { rss, heapUsed } = process.memoryUsage()
  return { rss, heap: heapUsed }
}

const KINDS = ['publish', 'play'] as const satisfies SessionKind[]
const OFFERS = {
  publish: [offerOf(), offerOf({ direction: 'sendrecv', ssrcs: false })],
  play: [offerOf({ direction: 'recvonly' }), offerOf({ direction: 'sendrecv', audio: false })],
}

test.each(KINDS)(
  `malformed offers to %s are answered or refused, seed ${seed}`,
  (kind) => {
    const codes = new Map<string, number>()
    repeat(RUNS, () => {
      const sdp = changedText(OFFERS[kind][random(2)]!, random)
      const code = codeOf(() => {
        const answer = world.server.open({ kind, stream: 'a/b', sdp, address: '198.51.100.1' })
        const { media } = parse(answer.sdp)
        if (media.every(({ port }) => port === 0)) throw new Error('nothing was accepted')
        world.server.end(answer.id, 'ended')
      })
      codes.set(code, (codes.get(code) ?? 0) + 1)
    })
    // Some are spoilt so that they can be read and ask for nothing: few, and none in an unlucky run.
    const known = ['bad-sdp', 'none', 'unanswerable-sdp']
    expect(known).toEqual(expect.arrayContaining([...codes.keys()]))
    expect(codes.has('none') && codes.has('bad-sdp')).toBe(true)
    expect(world.server.stats()).toMatchObject({ sessions: 0, streams: 0 })
  },
  600_000,
)

test(`malformed fragments restart, trickle or are refused, seed ${seed}`, async () => {
  const ann = await world.connected('publish')
  const { ufrag, pwd } = ann.media.local
  const fragment = [
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    'm=audio 9 UDP/TLS/RTP/SAVPF 0',
    'a=mid:0',
    'a=candidate:1 1 udp 2130706431 198.51.100.1 40000 typ host',
    'a=end-of-candidates',
    '',
  ].join('\r\n')
  repeat(RUNS, () => {
    const code = codeOf(() => world.server.patch(ann.id, changedText(fragment, random)))
    expect(code).toBeOneOf(['none', 'bad-sdp'])
  })
  expect(world.server.session(ann.id)?.state).toBe('connected')
}, 600_000)
