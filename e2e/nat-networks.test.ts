import { afterAll, beforeAll, expect } from 'bun:test'
import { EXPECTED_PATHS, type ExpectedPath } from '../lab/expected-paths.ts'
import { createInternet, internetMissing, type Internet, type NatHome } from '../lab/internet.ts'
import { NAT_KINDS } from '../lab/nat-kinds.ts'
import { startTlsFront } from '../lab/tls-front-process.ts'
import type { ServerSite } from '../lab/server-site.ts'
import { launchChromium, type ChromiumPerson, type RunningChromium } from './harness/chromium.ts'
import { autostart } from './harness/room.ts'
import { selectedPath } from './harness/selected-path.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { waitUntil } from './harness/wait.ts'

/** Each kind once, direct and relayed, and every way to a relay. */
const QUICK_PAIRS = [
  'full-cone, port-restricted',
  'address-restricted, symmetric',
  'port-restricted, symmetric',
  'full-cone, udp-blocked',
  'symmetric, tcp-443-only',
]

const TURN_PORT = 3478
const TLS_PORT = 443

/** The better path may be found after the first one, which is taken meanwhile. */
const SETTLED_WITHIN_MS = 30_000

const FLAGS = ['--ignore-certificate-errors']

let internet: Internet | undefined
let homes: [NatHome, NatHome] | undefined
let site: ServerSite | undefined
let closeFront: (() => Promise<void>) | undefined
/** Ben's browser; the stage's own is Ann's. */
let elsewhere: RunningChromium | undefined

const reason = internetMissing()
const stage = useStage(() => {
  internet = createInternet()
  site = internet.addServerSite()
  homes = [internet.addHome('ann', 'full-cone'), internet.addHome('ben', 'full-cone')]
  return {
    server: {
      prefix: site.prefix,
      flags: ['--public-ip', site.publicAddress, '--turns', 'always'],
      turnPorts: { turn: TURN_PORT, turns: TLS_PORT },
    },
    chromium: { prefix: homes[0].prefix, flags: FLAGS },
  }
}, reason)

if (reason === undefined) {
  beforeAll(async () => {
    elsewhere = await launchChromium({
      isShell: true,
      prefix: homes?.[1].prefix ?? [],
      flags: FLAGS,
    })
  }, 30_000)
  afterAll(async () => {
    await elsewhere?.close()
    await closeFront?.()
    internet?.close()
  }, 30_000)
}

/** The relays of a call, as both sides name them, in alphabetical order. */
async function relaysOf(people: readonly ChromiumPerson[]): Promise<string[] | undefined> {
  const paths = await Promise.all(people.map(selectedPath))
  if (paths.includes(undefined)) return undefined
  return paths.flatMap((path) => path?.relayProtocol ?? []).toSorted()
}

/** Calls from one home to the other: movement, sound, and the expected path in the end. */
async function call(scene: Scene, { pair, relays }: ExpectedPath): Promise<void> {
  if (!site || !homes || !elsewhere) throw new Error('there is no internet')
  closeFront ??= await startTlsFront(site, {
    web: Number(new URL(scene.server.https).port),
    relay: TLS_PORT,
  })
  homes.forEach((home, index) => home.setKind(pair[index] ?? NAT_KINDS[0]))
  const link = scene.newRoom(`https://${site.publicAddress}`)
  const ann = await scene.newPerson({ name: 'Ann' })
  await ann.goto(autostart(link, 'Ann'))
  await ann.waitForState('waiting')
  const ben = scene.add(await elsewhere.newPerson({ name: 'Ben', hasSmallCamera: true }))
  await ben.goto(autostart(link, 'Ben'))
  await Promise.all([ann.hasCall(), ben.hasCall()])
  await waitUntil('the path', () => relaysOf([ann, ben]), {
    isGood: (found) => Bun.deepEquals(found, relays.toSorted()),
    timeoutMs: SETTLED_WITHIN_MS,
  })
  await Promise.all([ann.hasCall(), ben.hasCall()])
  expect(await relaysOf([ann, ben])).toEqual(relays.toSorted())
}

for (const expected of EXPECTED_PATHS) {
  const name = expected.pair.join(', ')
  if (!process.env['DUET_LONG'] && !QUICK_PAIRS.includes(name)) continue
  const path = expected.relays.length > 0 ? `relayed over ${expected.relays.join(', ')}` : 'direct'
  stage.test(`${name}: ${path}`, (scene) => call(scene, expected), 90_000)
}
