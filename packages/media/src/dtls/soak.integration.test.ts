import { expect, test } from 'bun:test'
import { FakeClock } from '@duet/base'
import { createDtlsContext } from './create-context.ts'
import { Pair, type PairOptions } from './testing/pair.ts'

const IS_LONG = process.env['DUET_LONG'] === '1'
const HANDSHAKES = IS_LONG ? 50_000 : 1000
/** So many make what is kept for good: code, pools, tables of OpenSSL. */
const WARM_UP = IS_LONG ? 10_000 : 300
/**
 * A connected association takes some 45 kB, its certificate alone some 4 kB. In one process with all
 * other tests memory moves by more.
 */
const ALLOWED_GROWTH_BYTES = IS_LONG ? 6_000_000 : 25_000_000

const clock = new FakeClock()

test(`${HANDSHAKES} handshakes, done, refused and given up, leave no memory behind`, () => {
  const [client, server] = [createDtlsContext({ clock }), createDtlsContext({ clock })]
  const handshakes = (count: number) => {
    for (let done = 0; done < count; done++) {
      const pair = new Pair({ client, server, clock, ...fateOf(done) }).settle()
      pair.close()
      pair.settle()
    }
    Bun.gc(true)
    return process.memoryUsage.rss()
  }
  const before = handshakes(WARM_UP)
  expect(handshakes(HANDSHAKES) - before).toBeLessThan(ALLOWED_GROWTH_BYTES)
  client.close()
  server.close()
}, 600_000)

test('300 contexts leave no memory behind', () => {
  const contexts = (count: number) => {
    for (let done = 0; done < count; done++) createDtlsContext({ clock }).close()
    Bun.gc(true)
    return process.memoryUsage.rss()
  }
  const before = contexts(100)
  expect(contexts(300) - before).toBeLessThan(4_000_000)
})

/** Most are done; one of ten is refused, one never gets an answer, one ends half-way. */
function fateOf(round: number): Pick<PairOptions, 'announced' | 'carry'> {
  let carried = 0
  switch (round % 10) {
    case 0:
      return { announced: { client: [] } }
    case 1:
      return { carry: () => [] }
    case 2:
      return { carry: (datagram) => (carried++ < 2 ? [datagram] : []) }
    default:
      return {}
  }
}
