import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mutate } from './dtls/testing/mutate.ts'
import { randomNumbers } from './rtp/testing/bytes.ts'
import { BadRtp, noise, writeBadRtcp } from './testing/fuzz-packets.ts'
import { FuzzScene, isSameCheck } from './testing/fuzz-scene.ts'

const isLong = process.env['DUET_LONG'] === '1'
/** Numbers that differ from run to run; the titles show it. */
const seed = 1 + Math.floor(Math.random() * 0x7fff_fffe)
const random = randomNumbers(seed)
/** Datagrams between two moments at which time passes. */
const ROUND = 100
/** So many make what is kept for good: code, pools, windows. */
const WARM_UP = 10_000
const ALLOWED_GROWTH_BYTES = 20_000_000
/** A retransmission is of a packet that is no further ahead. */
const MAX_LATE = 1_024

let scene: FuzzScene

beforeEach(async () => {
  scene = await FuzzScene.open()
})

afterEach(() => {
  scene.close()
  expect(scene.world.clock.pending).toBe(0)
})

/** Does it so often while time passes; the memory in use must stay as it is. */
async function repeat(runs: number, once: () => void): Promise<void> {
  const warmUp = Math.min(WARM_UP, runs / 2)
  await rounds(warmUp, once)
  const before = memory()
  await rounds(runs - warmUp, once)
  const after = memory()
  if (isLong) expect(after.rss - before.rss).toBeLessThan(ALLOWED_GROWTH_BYTES)
  expect(after.heap - before.heap).toBeLessThan(ALLOWED_GROWTH_BYTES)
}

async function rounds(runs: number, once: () => void): Promise<void> {
  for (let done = 0; done < runs; done += ROUND) {
    for (let run = 0; run < ROUND; run += 1) once()
    await scene.pass(10)
  }
}

function memory(): { rss: number; heap: number } {
  Bun.gc(true)
  const { rss, heapUsed } = process.memoryUsage()
  return { rss, heap: heapUsed }
}

function times(count: number): number {
  return isLong ? 100 * count : count
}

function oneOf<Item>(items: readonly Item[]): Item {
  return items[random(items.length)]!
}

/** What nobody can have sent, most of it nearly what a client sent. */
function forged(): Uint8Array {
  if (random(4) === 0) return noise(random)
  const original = oneOf(scene.recorded)
  const changed = mutate(original, () => random(2 ** 32) / 2 ** 32)
  return isSameCheck(original, changed) ? noise(random) : changed
}

const WELL = { leaks: [], ended: [], lost: 0, connected: 10 }

describe(`malformed datagrams, seed ${seed}`, () => {
  test('from addresses that nobody knows', async () => {
    await repeat(times(30_000), () => scene.sendAsStranger(forged(), random(1_000)))
    expect(await scene.state()).toEqual(WELL)
    const dropped = ['unknown-address', 'unknown-check', 'unauthentic-check']
    expect(scene.server.stats().dropped).toContainKeys(dropped)
  }, 600_000)

  test('in the name of clients', async () => {
    await repeat(times(30_000), () => scene.sendAs(oneOf(scene.clients), forged()))
    expect(await scene.state()).toEqual(WELL)
    const dropped = ['unauthentic', 'malformed', 'replayed', 'unknown-protocol']
    expect(scene.server.stats().dropped).toContainKeys(dropped)
  }, 600_000)

  test('RTP from those who have keys, whose players see what follows', async () => {
    const couples = scene.bad.map((couple) => ({ ...couple, rtp: new BadRtp(random) }))
    await repeat(times(20_000), () => {
      const { publisher, rtp } = oneOf(couples)
      publisher.media.sendRtp(rtp.write(publisher.media.scratch))
    })
    expect(await scene.state()).toEqual(WELL)
    expect(scene.server.stats().receivedPackets).toBeGreaterThan(times(20_000))
    expect(scene.frames).toBeGreaterThan(times(100))
    await scene.pass(2_000)
    for (const { codec, publisher, player, rtp } of couples) {
      const isSeen = (): boolean => player.receivedOf('video').length > 0
      // Retransmissions may have named packets of the future: up to there, what comes is late.
      for (let sent = 0; sent <= MAX_LATE && !isSeen(); sent += 1) {
        publisher.media.sendRtp(rtp.writeKeyFrame(publisher.media.scratch, codec))
        await scene.world.pass(5)
      }
      await scene.world.until(isSeen)
    }
  }, 600_000)

  test('RTCP from those who have keys', async () => {
    const media = scene.bad.flatMap(({ player }) => ssrcsIn(player.answer.sdp))
    await repeat(times(15_000), () => {
      const { publisher, player } = oneOf(scene.bad)
      const client = oneOf([publisher, player])
      client.media.sendRtcp(writeBadRtcp(client.media.scratch, random, [2222, 3333, ...media]))
    })
    expect(await scene.state()).toEqual(WELL)
    expect(scene.server.stats().receivedPackets).toBeGreaterThan(times(15_000))
  }, 600_000)

  test('in the midst of handshakes', async () => {
    for (let session = 0; session < times(10); session += 1) {
      await scene.handshake(`room/${session}`, (client) => {
        for (let run = 0; run < 25; run += 1) scene.sendAs(client, forged())
      })
    }
    const { ended, ...rest } = await scene.state()
    expect(rest).toEqual({ leaks: [], lost: 0, connected: 10 })
    // What speaks in the name of a client may spoil its handshake, and no more.
    for (const end of ended) expect(end).toBeOneOf(['play ended', 'play handshake-failed'])
  }, 600_000)
})

function ssrcsIn(sdp: string): number[] {
  return Array.from(sdp.matchAll(/^a=ssrc:(\d+) cname/gm), ([, ssrc]) => Number(ssrc))
}
