import { afterAll, expect } from 'bun:test'
import { createLab, labMissing, type Lab } from '../lab/namespaces.ts'
import type { ChromiumPerson } from './harness/chromium.ts'
import { selectorOf } from './harness/person.ts'
import { useStage, type Scene } from './harness/stage.ts'

let lab: Lab | undefined

const stage = useStage(() => {
  lab = createLab()
  return {
    server: {
      prefix: lab.server.prefix,
      flags: ['--public-ip', lab.server.address, '--turns', 'always'],
    },
    chromium: {
      isShell: false,
      prefix: lab.browsers.prefix,
      flags: ['--ignore-certificate-errors'],
    },
  }
}, labMissing())

afterAll(() => lab?.close())

/** Opens the page, and waits until all is tried that needs nobody. */
async function openChecks(scene: Scene, path = '/check'): Promise<ChromiumPerson> {
  const ann = await scene.newPerson({ name: 'Ann' })
  const url = new URL(path, scene.server.https)
  url.hostname = lab?.server.address ?? ''
  await ann.goto(url.href)
  await untilChecked(ann)
  return ann
}

function untilChecked({ page }: ChromiumPerson) {
  return page.waitForSelector(`${selectorOf('check-summary')}:not([data-state="running"])`)
}

/** Each check and how it stands, as `turn-udp ok`. */
function statesOf({ page }: ChromiumPerson): Promise<string[]> {
  return page.$$eval('.check-row', (rows) =>
    rows.map((row) => `${row.dataset['testid']?.slice('check-'.length)} ${row.dataset['state']}`),
  )
}

stage.test(
  'on a healthy server all is well, and camera, microphone and speaker are tried',
  async (scene) => {
    const ann = await openChecks(scene)
    console.log(await ann.readPage())
    expect(await statesOf(ann)).toEqual([])
  },
)
