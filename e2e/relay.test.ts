import { afterAll, expect } from 'bun:test'
import { createLab, labMissing, type Lab } from '../lab/namespaces.ts'
import { demoLink, demoTalk, newDemoRoom, type Demo } from './harness/demo-calls.ts'
import { ROOM, TOPIC } from './harness/demos.ts'
import { selectedPath } from './harness/selected-path.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { talk } from './harness/talk.ts'

/**
 * Beyond everything that has to be renewed: a permission after five minutes, a channel and an
 * allocation after ten (RFC 8656 §3.2, §9, §12).
 */
const LONG_CALL_MINUTES = 12

let lab: Lab | undefined

const stage = useStage(() => {
  lab = createLab()
  return {
    server: {
      prefix: lab.server.prefix,
      flags: ['--public-ip', lab.server.address, '--turns', 'always', '--turn-user', 'ann:secret'],
    },
    // The build without windows names the addresses of its machine less openly.
    chromium: {
      isShell: false,
      prefix: lab.browsers.prefix,
      flags: ['--ignore-certificate-errors'],
    },
  }
}, labMissing())

afterAll(() => lab?.close())

for (const transport of ['udp', 'tcp', 'tls'] as const) {
  stage.test(`relayed only, over ${transport.toUpperCase()}: a call both ways`, async (scene) => {
    const origin = originIn(lab, scene.server.https)
    const { ann, ben } = await talk(scene, { origin, person: { relayOver: transport } })
    expect([await ann.path(), await ben.path()]).toEqual([
      `relay/${transport}`,
      `relay/${transport}`,
    ])
    await Promise.all([ann.waitForVerified('verified'), ben.waitForVerified('verified')])
    await ann.waitForText(/relayed/)
  })
}

stage.test(
  'between two machines the direct path is taken though a relay is there',
  async (scene) => {
    const { ann, ben } = await talk(scene, { origin: originIn(lab, scene.server.https) })
    expect([await ann.path(), await ben.path()]).toEqual(['host', 'host'])
    await ann.waitForText(/direct/)
  },
)

for (const demo of [ROOM, TOPIC] as Demo<string>[]) {
  stage.test(`relayed only, with a login written into the ${demo.name} page`, async (scene) => {
    const { ann, ben } = await demoTalk(scene, demo, { links: relayedLinks(scene, demo) })
    expect([await ann.person.path(), await ben.person.path()]).toEqual(['relay/udp', 'relay/udp'])
  })
}

if (process.env['DUET_LONG']) {
  // On a page that, unlike Duet's own, never looks for a path anew.
  stage.test(
    `relayed only, for ${LONG_CALL_MINUTES} minutes: the same allocations all the time`,
    async (scene) => {
      const links = relayedLinks(scene, TOPIC)
      const { ann, ben } = await demoTalk(scene, TOPIC, { links })
      const paths = () => Promise.all([ann, ben].map(({ person }) => selectedPath(person)))
      const received = () => Promise.all([ann, ben].map(({ person }) => person.receivedBytes()))
      const atFirst = await paths()
      expect(atFirst.map((path) => path?.relayProtocol)).toEqual(['udp', 'udp'])
      const startedAt = performance.now()
      for (let minute = 1; minute <= LONG_CALL_MINUTES; minute += 1) {
        const before = await received()
        await Bun.sleep(startedAt + minute * 60_000 - performance.now())
        await Promise.all([ann.hasCall(), ben.hasCall()])
        const after = await received()
        const bytes = after.map((sum, index) => sum - (before[index] ?? 0))
        console.log(
          `Minute ${minute}: ${bytes.map((each) => Math.round(each / 1000)).join(', ')} kB`,
        )
        // The same relayed addresses, and no ICE restart.
        expect(await paths()).toEqual(atFirst)
      }
    },
    (LONG_CALL_MINUTES + 3) * 60_000,
  )
}

/** Of a new room on a demo page, with the login written into it and relayed paths only. */
function relayedLinks(scene: Scene, demo: Demo<string>): { ann: string; ben: string } {
  const link = new URL(demoLink(demo, newDemoRoom(), originIn(lab, scene.server.https)))
  link.searchParams.set('turn', `${lab?.server.address}:${turnPort(scene.server.output())}`)
  link.searchParams.set('user', 'ann')
  link.searchParams.set('password', 'secret')
  link.searchParams.set('policy', 'relay')
  return { ann: link.href, ben: link.href }
}

/** The port of the relay, as the server names it: `3478,49152-65535/udp`. */
function turnPort(output: string): string | undefined {
  return /\b(\d+),\d+-\d+(?:,\d+)*\/udp\b/.exec(output)?.[1]
}

/** `https://localhost:8443` as the browsers' machine reaches it. */
function originIn(where: Lab | undefined, https: string): string {
  return https.replace('localhost', where?.server.address ?? '')
}
