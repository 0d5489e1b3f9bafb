import { expect } from 'bun:test'
import { networkInterfaces } from 'node:os'
import { firefoxPath, launchFirefox, MOCK_SOUND_CARD } from './harness/firefox.ts'
import type { Person } from './harness/person.ts'
import { startServer } from './harness/server.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { waitUntil } from './harness/wait.ts'

const missing = firefoxPath()
  ? undefined
  : 'Firefox is not installed (apt-get install firefox-esr).'

const stage = useStage({}, missing)

const TIMEOUT_MS = 90_000

/** What all tests say of the network of this machine, whatever it has of IPv6. */
const TRIED = 'browser secure server websocket clock stun turn-udp turn-tcp media udp ipv4'.split(
  ' ',
)

/** The page in a Firefox of its own, once all is tried that needs nobody. */
async function inFirefox(
  scene: Scene,
  { preferences = {}, origin = scene.server.http }: { preferences?: object; origin?: string },
  play: (ann: Person) => Promise<void>,
): Promise<void> {
  const firefox = await launchFirefox({ ...preferences })
  try {
    const ann = scene.add(await firefox.newPerson({ name: 'Ann' }))
    await ann.goto(`${origin}/check`)
    await waitUntil('all is tried', () => ann.attribute('check-summary', 'data-state'), {
      isGood: (state) => state !== null && state !== 'running',
      timeoutMs: 60_000,
    })
    await play(ann)
  } finally {
    await firefox.close()
  }
}

/** The checks that stand so. */
async function checksThat({ window }: Person, state: string): Promise<string[]> {
  const ids = await window.evaluate(
    (wanted) =>
      [...document.querySelectorAll<HTMLElement>('.check-row')]
        .filter(({ dataset }) => dataset['state'] === wanted)
        .map(({ dataset }) => dataset['testid'] ?? ''),
    state,
  )
  return ids.map((id) => id.slice('check-'.length))
}

function waitForCheck(person: Person, id: string, state: string): Promise<unknown> {
  return waitUntil(`${id} is ${state}`, () => person.attribute(`check-${id}`, 'data-state'), {
    isGood: (now) => now === state,
  })
}

stage.test(
  'in Firefox all that a healthy server offers works, with camera, microphone and speaker',
  (scene) =>
    inFirefox(scene, { preferences: MOCK_SOUND_CARD }, async (ann) => {
      expect(await checksThat(ann, 'ok')).toEqual(expect.arrayContaining(TRIED))
      expect(await checksThat(ann, 'fails')).toEqual([])
      await ann.press('try-devices')
      await ann.press('play-tone')
      await ann.press('heard')
      for (const id of ['camera', 'microphone', 'speaker']) await waitForCheck(ann, id, 'ok')
      await ann.seesMovement('check-picture')
      await ann.waitForText(/Everything that was tried works/)
      expect(ann.console.filter((line) => line.startsWith('error'))).toEqual([])
    }),
  TIMEOUT_MS,
)

stage.test(
  'Firefox on a device without sound output does not tell that the microphone is silent',
  (scene) =>
    inFirefox(scene, {}, async (ann) => {
      await ann.press('try-devices')
      await waitForCheck(ann, 'camera', 'ok')
      await waitForCheck(ann, 'microphone', 'untried')
      expect(await ann.text('check-microphone')).toContain('no sound output that works')
    }),
  TIMEOUT_MS,
)

const ownAddress = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

stage.test(
  'Firefox tells what the NAT lets in, and a relay that is silent',
  async (scene) => {
    const hostname = ownAddress ?? ''
    // Takes every packet, and answers none: as behind a firewall that drops.
    const silent = await Bun.udpSocket({ hostname, port: 0 })
    const url = `turn:${hostname}:${silent.port}?transport=udp`
    const server = await startServer({ flags: ['--turn-servers', url] })
    try {
      const origin = new URL(server.https)
      origin.hostname = hostname
      await inFirefox(scene, { origin: origin.origin }, async (ann) => {
        expect(await checksThat(ann, 'fails')).toEqual(['turn-udp'])
        expect(await ann.text('check-turn-udp')).toContain(`${hostname}:${silent.port}`)
        expect(await checksThat(ann, 'ok')).toEqual(
          expect.arrayContaining(['mapping', 'filtering']),
        )
      })
    } finally {
      silent.close()
      await server.close()
    }
  },
  TIMEOUT_MS,
)
