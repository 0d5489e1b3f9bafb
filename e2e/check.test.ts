import { afterAll, expect } from 'bun:test'
import {
  createInternet,
  internetMissing,
  type Internet,
  type NatHome,
  type PublicHost,
} from '../lab/internet.ts'
import type { NatKind } from '../lab/nat-kinds.ts'
import type { ChromiumPerson } from './harness/chromium.ts'
import { selectorOf } from './harness/person.ts'
import { startServer } from './harness/server.ts'
import { useStage, type Scene } from './harness/stage.ts'

/** A server with two public addresses, and a browser at home behind a router. */
interface Site {
  internet: Internet
  host: PublicHost
  home: NatHome
}

const missing = internetMissing()
const site = missing === undefined ? createSite() : undefined

function createSite(): Site {
  const internet = createInternet()
  const host = internet.addHost('server', 2)
  return { internet, host, home: internet.addHome('home', 'port-restricted') }
}

const stage = useStage(
  {
    server: { prefix: site?.host.prefix ?? [], flags: ['--turns', 'always'] },
    chromium: {
      isShell: false,
      prefix: site?.home.prefix ?? [],
      flags: ['--ignore-certificate-errors'],
    },
  },
  missing,
)

afterAll(() => site?.internet.close())

const TIMEOUT_MS = 90_000

/** Opens the page, and waits until all is tried that needs nobody. */
async function openChecks(
  scene: Scene,
  { https = scene.server.https, nat = 'port-restricted' }: { https?: string; nat?: NatKind } = {},
): Promise<ChromiumPerson> {
  site?.home.setKind(nat)
  const ann = await scene.newPerson({ name: 'Ann' })
  const url = new URL('/check', https)
  url.hostname = site?.host.address ?? ''
  await ann.goto(url.href)
  await ann.page.waitForSelector(`${selectorOf('check-summary')}:not([data-state="running"])`)
  return ann
}

/** Each check by how it stands. */
async function statesOf({ page }: ChromiumPerson): Promise<Record<string, string[]>> {
  const rows = await page.$$eval('.check-row', (all) =>
    all.map(({ dataset }) => [dataset['testid'] ?? '', dataset['state'] ?? ''] as const),
  )
  const byState = Map.groupBy(rows, ([, state]) => state)
  return Object.fromEntries(
    [...byState].map(([state, ids]) => [state, ids.map(([id]) => id.slice('check-'.length))]),
  )
}

const TRIED = [
  'browser',
  'secure',
  'server',
  'websocket',
  'clock',
  'stun',
  'turn-udp',
  'turn-tcp',
  'turn-tls',
  'media',
  'udp',
  'ipv4',
  'mapping',
  'filtering',
]

stage.test(
  'on a healthy server all is well, with camera, microphone and speaker',
  async (scene) => {
    const ann = await openChecks(scene)
    expect(await statesOf(ann)).toEqual({
      ok: TRIED,
      untried: ['ipv6'],
      waiting: ['camera', 'microphone', 'speaker'],
    })
    await ann.press('try-devices')
    await ann.press('play-tone')
    await ann.press('heard')
    for (const id of ['camera', 'microphone', 'speaker']) {
      await ann.page.waitForSelector(`${selectorOf(`check-${id}`)}[data-state="ok"]`)
    }
    await ann.seesMovement('check-picture')
    await ann.waitForText(/Everything that was tried works/)
    expect(ann.console.filter((line) => line.startsWith('uncaught'))).toEqual([])
  },
  TIMEOUT_MS,
)

stage.test(
  'the report holds what was found, and no credentials',
  async (scene) => {
    const ann = await openChecks(scene)
    await ann.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await ann.press('copy-report')
    await ann.waitForText(/Copied/)
    const report = await ann.page.evaluate(() => navigator.clipboard.readText())
    expect(report).toStartWith('Duet check · ')
    expect(report).toContain('+ Relay over TLS: works.')
    expect(report).toContain(`The internet sees ${site?.home.publicAddress}.`)
    expect(report).not.toMatch(/credential|token|password|\d{10}:/i)
  },
  TIMEOUT_MS,
)

/** What the page says of each kind of NAT, by the notes it has for it. */
const NATS = [
  ['full-cone', /same address/, /never asked/],
  ['address-restricted', /same address/, /no other address/],
  ['port-restricted', /same address/, /very same port/],
  ['symmetric', /symmetric/, /very same port/],
] as const

for (const [kind, mapping, filtering] of NATS) {
  stage.test(
    `a NAT that is ${kind} is told as what it is`,
    async (scene) => {
      const ann = await openChecks(scene, { nat: kind })
      expect(await ann.text('check-mapping')).toMatch(mapping)
      expect(await ann.text('check-filtering')).toMatch(filtering)
    },
    TIMEOUT_MS,
  )
}

stage.test(
  'where UDP is blocked, the lines that need it fail, and those over TCP do not',
  async (scene) => {
    const ann = await openChecks(scene, { nat: 'udp-blocked' })
    const { ok, fails } = await statesOf(ann)
    expect(fails).toEqual(['stun', 'turn-udp', 'media', 'udp'])
    expect(ok).toContain('turn-tcp')
    expect(ok).toContain('turn-tls')
    await ann.waitForText(/4 things do not work/)
    expect(await ann.text('check-turn-udp')).toContain('Try another network')
    await ann.page.click(`${selectorOf('check-turn-udp')} summary`)
    await ann.waitForText(/-p 3478:3478\/udp/)
    // Mended, it says so without loading the page anew.
    site?.home.setKind('port-restricted')
    await ann.press('check-again')
    await ann.waitForText(/Everything that was tried works/)
  },
  TIMEOUT_MS,
)

stage.test(
  'a server whose TURN is off fails in that line',
  async (scene) => {
    const server = await startServer({
      prefix: site?.host.prefix ?? [],
      flags: ['--turns', 'never'],
      env: { DUET_HOST: site?.host.address ?? '' },
      ports: { turn: 'off' },
    })
    try {
      const ann = await openChecks(scene, { https: server.https })
      expect((await statesOf(ann))['fails']).toEqual(['turn-udp'])
      expect(await ann.text('check-turn-udp')).toContain('This server offers no relay.')
    } finally {
      await server.close()
    }
  },
  TIMEOUT_MS,
)
