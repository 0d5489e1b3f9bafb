import { afterAll, expect } from 'bun:test'
import { createLab, labMissing, type Lab } from '../lab/namespaces.ts'
import { demoLink, demoTalk, newDemoRoom, type Demo } from './harness/demo-calls.ts'
import { ROOM, TOPIC } from './harness/demos.ts'
import { useStage } from './harness/stage.ts'
import { talk } from './harness/talk.ts'

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
    const origin = originIn(lab, scene.server.https)
    const link = new URL(demoLink(demo, newDemoRoom(), origin))
    link.searchParams.set('turn', `${lab?.server.address}:${turnPort(scene.server.output())}`)
    link.searchParams.set('user', 'ann')
    link.searchParams.set('password', 'secret')
    link.searchParams.set('policy', 'relay')
    const links = { ann: link.href, ben: link.href }
    const { ann, ben } = await demoTalk(scene, demo, { links })
    expect([await ann.person.path(), await ben.person.path()]).toEqual(['relay/udp', 'relay/udp'])
  })
}

/** The port of the relay, as the server names it: `3478,49152-65535/udp`. */
function turnPort(output: string): string | undefined {
  return /\b(\d+),\d+-\d+(?:,\d+)*\/udp\b/.exec(output)?.[1]
}

/** `https://localhost:8443` as the browsers' machine reaches it. */
function originIn(where: Lab | undefined, https: string): string {
  return https.replace('localhost', where?.server.address ?? '')
}
