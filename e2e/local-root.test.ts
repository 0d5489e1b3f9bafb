import { afterAll, expect } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf } from '@duet/base'
import { createLab, labMissing, type Lab } from '../lab/namespaces.ts'
import { launchChromium, type ChromiumPerson } from './harness/chromium.ts'
import { talk } from './harness/talk.ts'
import { useStage, type Scene } from './harness/stage.ts'

let lab: Lab | undefined
const homes: string[] = []

const stage = useStage(() => {
  lab = createLab()
  return {
    server: { prefix: lab.server.prefix, flags: ['--turns', 'always'] },
    chromium: { prefix: lab.browsers.prefix },
  }
}, labMissing() ?? toolMissing())

afterAll(() => {
  lab?.close()
  for (const home of homes) rmSync(home, { recursive: true, force: true })
})

stage.test(
  'a Chromium that was told to trust the root opens the page without a warning',
  async (scene) => {
    const origin = inLab(scene.server.https)
    const stranger = await openIn(homeThatTrusts())
    const friend = await openIn(homeThatTrusts(join(scene.server.data, 'root.pem')))
    try {
      const warning = await stranger.person.page.goto(origin).catch(messageOf)
      expect(warning).toContain('ERR_CERT_AUTHORITY_INVALID')
      await friend.person.page.goto(origin)
      await friend.person.waitFor('start')
      // What a certificate that was clicked through does not get.
      const isRegistered = await friend.person.page.evaluate(async () => {
        const registration = await navigator.serviceWorker.register('/sw.js')
        return registration.scope === `${location.origin}/`
      })
      expect(isRegistered).toBe(true)
    } finally {
      await stranger.close()
      await friend.close()
    }
  },
)

stage.test('such a Chromium calls over turns:', async (scene) => {
  const friend = await openIn(homeThatTrusts(join(scene.server.data, 'root.pem')))
  try {
    const trusting: Scene = { ...scene, newPerson: (options) => friend.newPerson(options) }
    const { ann, ben } = await talk(trusting, {
      origin: inLab(scene.server.https),
      person: { relayOver: 'tls', context: { ignoreHTTPSErrors: false } },
    })
    expect([await ann.path(), await ben.path()]).toEqual(['relay/tls', 'relay/tls'])
  } finally {
    await friend.close()
  }
})

interface OpenBrowser {
  person: ChromiumPerson
  newPerson: Scene['newPerson']
  close(): Promise<void>
}

/** A Chromium of somebody whose home this is, in the browsers' network. */
async function openIn(home: string): Promise<OpenBrowser> {
  const prefix = [...(lab?.browsers.prefix ?? []), 'env', `HOME=${home}`]
  const browser = await launchChromium({ isShell: false, prefix })
  const context = { ignoreHTTPSErrors: false }
  return {
    person: await browser.newPerson({ context }),
    newPerson: (options) => browser.newPerson({ hasSmallCamera: true, ...options }),
    close: () => browser.close(),
  }
}

/** A home whose certificate store knows this root, or none. */
function homeThatTrusts(root?: string): string {
  const home = mkdtempSync(join(tmpdir(), 'duet-home-'))
  homes.push(home)
  const store = join(home, '.pki/nssdb')
  mkdirSync(store, { recursive: true })
  run('certutil', '-N', '-d', `sql:${store}`, '--empty-password')
  if (root) run('certutil', '-A', '-d', `sql:${store}`, '-n', 'Duet', '-t', 'C,,', '-i', root)
  return home
}

function run(...argv: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(argv)
  if (exitCode !== 0) throw new Error(`${argv.join(' ')}: ${stderr.toString()}`)
}

function toolMissing(): string | undefined {
  if (Bun.which('certutil')) return undefined
  return 'certutil is not installed (apt-get install libnss3-tools).'
}

function inLab(origin: string): string {
  return origin.replace('localhost', lab?.server.address ?? '')
}
