import { afterEach, expect, test } from 'bun:test'
import { createLogger } from '@duet/base'
import { readConfig } from '../config/index.ts'
import { RECHECK_MS } from './address-watch.ts'
import { followAddresses } from './follow-addresses.ts'
import type { RelayAddressPair } from './relay-addresses.ts'
import type { FakeNatOptions } from './testing/fake-nat.ts'
import { NatScene, OWN, PUBLIC } from './testing/nat-scene.ts'

/** A server behind a NAT that follows its addresses, and what became of it. */
class Scene extends NatScene {
  readonly relays: RelayAddressPair[][] = []
  readonly candidates: (readonly string[])[] = []
  readonly origins: (readonly string[])[] = []
  readonly lines: string[] = []
  #stop: (() => void) | undefined

  /** Starts with these flags, and waits for the first search. */
  async follow(...flags: string[]): Promise<void> {
    await this.addStun('8.0.0.1', '8.0.0.2')
    await this.addTurn('ours')
    this.start(...flags)
    await this.passUntil(() => this.origins.length > 0)
  }

  start(...flags: string[]): void {
    const args = ['--stun-servers', '8.0.0.1,8.0.0.2', '--relay-ports', '50000-50009', ...flags]
    const read = readConfig({ args, env: {}, isInNamespace: true })
    if (read.kind !== 'config') throw new Error(JSON.stringify(read))
    this.#stop = followAddresses({
      config: read.config,
      ips: [OWN],
      turn: {
        server: { setExternal: (pairs) => this.relays.push([...pairs]) },
        port: 3478,
      },
      media: { setCandidates: (addresses) => this.candidates.push(addresses) },
      httpsPort: undefined,
      certificates: () => [],
      secret: 'ours',
      onFound: (publicIps) => this.origins.push(publicIps),
      clock: this.clock,
      logger: createLogger('info', ({ level, message }) => this.lines.push(`${level} ${message}`)),
      network: this.nat,
    })
  }

  override close(): void {
    this.#stop?.()
    super.close()
  }
}

let scene: Scene
afterEach(() => {
  scene.close()
  expect(scene.clock.pending).toBe(0)
})

function create(options: Partial<FakeNatOptions> = {}): Scene {
  scene = new Scene(options)
  return scene
}

test('behind a one-to-one NAT relays and media are at the public address', async () => {
  const { relays, candidates, lines, follow } = bound(create())
  await follow()
  expect(relays).toEqual([[{ bind: OWN, external: PUBLIC }]])
  expect(candidates).toEqual([[PUBLIC, OWN]])
  expect(lines).toEqual([
    `info the public IPv4 address is ${PUBLIC}, behind a NAT that passes our ports on`,
  ])
})

test('behind a router that passes nothing on, media is told its own address first', async () => {
  const { relays, candidates, lines, follow } = bound(create({ isMapped: () => false }))
  await follow()
  expect(relays).toEqual([[{ bind: OWN, external: PUBLIC }]])
  expect(candidates).toEqual([[OWN, PUBLIC]])
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('our ports do not answer from here')
})

test('relays for callers in the network stay there while nothing is proven', async () => {
  const { relays, follow } = bound(create({ isMapped: () => false }))
  await follow('--turn-allow-peers', '192.168.0.0/16')
  expect(relays[0]?.[0]).toEqual({ bind: OWN, external: OWN })
})

test('the same is said once, and a change once', async () => {
  let isMapped = false
  const { lines, relays, origins, follow } = bound(create({ isMapped: () => isMapped }))
  await follow()
  scene.clock.advance(RECHECK_MS)
  await scene.passUntil(() => origins.length > 1)
  expect(lines).toHaveLength(1)
  isMapped = true
  scene.clock.advance(RECHECK_MS)
  await scene.passUntil(() => origins.length > 2)
  scene.clock.advance(RECHECK_MS)
  await scene.passUntil(() => origins.length > 3)
  expect(relays).toHaveLength(4)
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain('passes our ports on')
})

test('what was said is used, and that it differs is said', async () => {
  const { relays, candidates, lines, origins, follow } = bound(create())
  await follow('--public-ip', '8.8.8.8')
  expect(relays[0]?.[0]).toEqual({ bind: OWN, external: '8.8.8.8' })
  expect(candidates[0]?.[0]).toBe('8.8.8.8')
  expect(origins).toEqual([['8.8.8.8']])
  expect(lines).toHaveLength(1)
  expect(lines[0]).toStartWith('warn --public-ip says 8.8.8.8')
})

test('an end while servers are waited for leaves nothing behind', async () => {
  const { origins, lines, clock, outside, nat } = create()
  scene.start()
  await scene.passUntil(() => outside.sent.length > 4)
  const before = clock.now()
  scene.close()
  await scene.passUntil(() => clock.pending === 0)
  expect([clock.now() - before < 1_000, nat.size]).toEqual([true, 0])
  await scene.passUntil(() => false)
  expect([origins, lines]).toEqual([[], []])
})

test('off sends nothing', async () => {
  const { relays, follow } = bound(create())
  await follow('--public-ip', 'off')
  expect(scene.outside.sent).toEqual([])
  expect(relays).toEqual([])
})

function bound(made: Scene): Pick<Scene, 'relays' | 'candidates' | 'lines' | 'origins'> & {
  follow: (...flags: string[]) => Promise<void>
} {
  const { relays, candidates, lines, origins } = made
  return { relays, candidates, lines, origins, follow: (...flags) => made.follow(...flags) }
}
