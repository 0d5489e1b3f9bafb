import { afterAll, beforeAll, expect } from 'bun:test'
import type { ExpectedPath } from '../../lab/expected-paths.ts'
import { createInternet, internetMissing, type Internet, type NatHome } from '../../lab/internet.ts'
import type { ServerSite, ServerSiteOptions } from '../../lab/server-site.ts'
import { launchChromium, type ChromiumPerson, type RunningChromium } from './chromium.ts'
import { autostart } from './room.ts'
import { selectedPath } from './selected-path.ts'
import { useStage, type Scene } from './stage.ts'
import { waitUntil } from './wait.ts'

/** The server's ports in the internet, beside those of relayed calls: pages and relays share the latter. */
const TURN_PORT = 3478
const TLS_PORT = 443

/** The better path may be found after the first one, which is taken meanwhile. */
const SETTLED_WITHIN_MS = 30_000
const TEST_TIMEOUT_MS = 90_000
const HOOK_TIMEOUT_MS = 30_000

const FLAGS = ['--ignore-certificate-errors']

/** What a site is made of, while its tests run. */
interface Scenery {
  internet: Internet
  site: ServerSite
  ann: NatHome
  ben: NatHome
}

/**
 * Gives a test file, or a part of one, a server in an internet of namespaces and two homes with a
 * browser each; returns what tests that a call between them takes the expected path.
 */
export function useTwoHomes(siteOptions: ServerSiteOptions = {}): (path: ExpectedPath) => void {
  const reason = internetMissing()
  let scenery: Scenery | undefined
  /** Ben's browser; the stage's own is Ann's. */
  let elsewhere: RunningChromium | undefined

  const stage = useStage(() => {
    const internet = createInternet()
    const site = internet.addServerSite(siteOptions)
    const ann = internet.addHome('ann', 'full-cone')
    const ben = internet.addHome('ben', 'full-cone')
    scenery = { internet, site, ann, ben }
    return {
      server: {
        prefix: site.prefix,
        flags: ['--public-ip', site.publicAddress, '--turns', 'always'],
        ports: { https: TLS_PORT, turn: TURN_PORT, turns: TLS_PORT },
      },
      chromium: { prefix: ann.prefix, flags: FLAGS },
    }
  }, reason)

  if (reason === undefined) {
    beforeAll(async () => {
      const prefix = scenery?.ben.prefix ?? []
      elsewhere = await launchChromium({ isShell: true, prefix, flags: FLAGS })
    }, HOOK_TIMEOUT_MS)
    afterAll(async () => {
      await elsewhere?.close()
      scenery?.internet.close()
    }, HOOK_TIMEOUT_MS)
  }

  async function call(scene: Scene, { pair, relays }: ExpectedPath): Promise<void> {
    if (!scenery || !elsewhere) throw new Error('there is no internet')
    const { site } = scenery
    scenery.ann.setKind(pair[0])
    scenery.ben.setKind(pair[1])
    const link = scene.newRoom(`https://${site.publicAddress}`)
    const ann = await scene.newPerson({ name: 'Ann' })
    await ann.goto(autostart(link, 'Ann'))
    await ann.waitForState('waiting')
    const ben = scene.add(await elsewhere.newPerson({ name: 'Ben', hasSmallCamera: true }))
    await ben.goto(autostart(link, 'Ben'))
    await Promise.all([ann.hasCall(), ben.hasCall()])
    await waitUntil('the relays of the call', () => relaysOf([ann, ben]), {
      isGood: (found) => Bun.deepEquals(found, relays.toSorted()),
      timeoutMs: SETTLED_WITHIN_MS,
    })
    await Promise.all([ann.hasCall(), ben.hasCall()])
    expect(await relaysOf([ann, ben])).toEqual(relays.toSorted())
  }

  return (path) => {
    const how = path.relays.length > 0 ? `relayed over ${path.relays.join(', ')}` : 'direct'
    const name = `${path.pair.join(', ')}: ${how}`
    stage.test(name, (scene) => call(scene, path), TEST_TIMEOUT_MS)
  }
}

/** The relays of a call, as both sides name them, in alphabetical order. */
async function relaysOf(people: readonly ChromiumPerson[]): Promise<string[] | undefined> {
  const paths = await Promise.all(people.map(selectedPath))
  if (paths.includes(undefined)) return undefined
  return paths.flatMap((path) => path?.relayProtocol ?? []).toSorted()
}
