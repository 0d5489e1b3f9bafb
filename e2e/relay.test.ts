import { afterAll, expect } from 'bun:test'
import { createLab, labMissing, type Lab } from '../lab/namespaces.ts'
import { useStage } from './harness/stage.ts'
import { talk } from './harness/talk.ts'

let lab: Lab | undefined

const stage = useStage(() => {
  lab = createLab()
  return {
    server: {
      prefix: lab.server.prefix,
      flags: ['--public-ip', lab.server.address, '--turns', 'always'],
    },
    chromium: { prefix: lab.browsers.prefix, flags: ['--ignore-certificate-errors'] },
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

/** `https://localhost:8443` as the browsers' machine reaches it. */
function originIn(where: Lab | undefined, https: string): string {
  return https.replace('localhost', where?.server.address ?? '')
}
