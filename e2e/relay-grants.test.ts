import { afterAll, expect } from 'bun:test'
import { createLab, labMissing, type Lab } from '../lab/namespaces.ts'
import type { ChromiumPerson } from './harness/chromium.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { talk } from './harness/talk.ts'
import { TurnProbe } from './harness/turn-probe.ts'
import { waitUntil } from './harness/wait.ts'

/** The operator allows all of the lab's network, where nobody else is in a call. */
const LAB_NETWORK = '10.77.0.0/16'
const SOMEBODY_ELSE = '10.77.250.9'
/** What is left of a call when somebody has hung up is gone so soon. */
const END_MS = 1000

let lab: Lab | undefined

const stage = useStage(() => {
  lab = createLab()
  return {
    server: {
      prefix: lab.server.prefix,
      flags: ['--public-ip', lab.server.address, '--turn-allow-peers', LAB_NETWORK],
    },
    chromium: {
      isShell: false,
      prefix: lab.browsers.prefix,
      flags: ['--ignore-certificate-errors'],
    },
  }
}, labMissing())

afterAll(() => lab?.close())

stage.test(
  'N2 N4 with the relay of a call its two sides are reached, and it ends with the call',
  async (scene) => {
    const { ann, ben } = await relayedTalk(scene)
    expect([await ann.path(), await ben.path()]).toEqual(['relay/udp', 'relay/udp'])
    const { server, browsers } = lab as Lab
    const probe = new TurnProbe(await loginOf(ben), browsers.prefix)
    try {
      expect(await probe.ask('allocate')).toBe(0)
      // Both browsers are on one machine; the relays are the server's.
      expect(await probe.ask(`permit ${browsers.address}`)).toBe(0)
      expect(await probe.ask(`permit ${server.address}`)).toBe(0)
      expect(await probe.ask(`permit ${SOMEBODY_ELSE}`)).toBe(403)
      expect(await probe.ask('permit 8.8.8.8')).toBe(403)

      const before = endedIn(scene, 'revoked')
      await ben.press('hangup')
      await waitUntil('the relays of who left are gone', () => endedIn(scene, 'revoked') > before, {
        timeoutMs: END_MS,
      })
      expect(await probe.ask('allocate')).toBe(403)
    } finally {
      await probe.close()
    }
  },
)

stage.test('N4 whoever calls again has a relay again', async (scene) => {
  const { ann, ben } = await relayedTalk(scene)
  await ben.press('hangup')
  await ben.waitForState('ended')
  await ben.press('call-again')
  await Promise.all([ann.hasCall(), ben.hasCall()])
  expect([await ann.path(), await ben.path()]).toEqual(['relay/udp', 'relay/udp'])
})

function relayedTalk(scene: Scene): Promise<{ ann: ChromiumPerson; ben: ChromiumPerson }> {
  const origin = scene.server.https.replace('localhost', lab?.server.address ?? '')
  return talk(scene, { origin, person: { relayOver: 'udp' } })
}

/** With what this person's browser allocates. */
async function loginOf({ page }: ChromiumPerson) {
  const [server] = await page.evaluate(
    () => window.duetTestPeers?.at(-1)?.getConfiguration().iceServers ?? [],
  )
  const [, host = '', port = ''] = /^turn:(.*):(\d+)\?/.exec([server?.urls].flat()[0] ?? '') ?? []
  const { username = '', credential = '' } = server ?? {}
  return { host, port: Number(port), username, password: credential }
}

/** How many allocations have ended for this reason, as the server's log says. */
function endedIn({ server }: Scene, reason: string): number {
  return server
    .output()
    .split('\n')
    .filter((line) => isEnd(line, reason)).length
}

function isEnd(line: string, reason: string): boolean {
  return line.includes('allocation ended') && line.includes(`reason=${reason}`)
}
