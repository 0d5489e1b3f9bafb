import { afterAll, expect } from 'bun:test'
import { createLab, labMissing, type Lab } from '../lab/namespaces.ts'
import { useStage } from './harness/stage.ts'
import { lookInViews } from './harness/views.ts'

let lab: Lab | undefined

const stage = useStage(() => {
  lab = createLab()
  return { server: { prefix: lab.server.prefix }, chromium: { prefix: lab.browsers.prefix } }
}, labMissing())

afterAll(() => lab?.close())

stage.test(
  'a device that trusts nothing yet reads how, over plain HTTP, in both languages',
  async (scene) => {
    const context = { hasTouch: true, reducedMotion: 'reduce' } as const
    const ann = await scene.newPerson({ name: 'ann', context })
    const origin = scene.server.http.replace('localhost', lab?.server.address ?? '')
    await ann.goto(`${origin}/trust`)
    await ann.waitFor('fingerprint')
    expect(ann.page.url()).toBe(`${origin}/trust`)
    const printed = /Fingerprint\s+(\S+)/.exec(scene.server.output())?.[1] ?? ''
    const shown = await ann.page.innerText('[data-testid="fingerprint"]')
    expect(shown.replaceAll(/\s/g, '')).toBe(printed.replaceAll(':', ''))
    expect(await ann.page.innerText('[data-testid="trust-address"]')).toBe(`${origin}/trust`)
    await ann.page.waitForSelector('.qr path[d^="M"]')
    expect(await lookInViews(ann, 'trust')).toEqual([])
    // Every system has its steps.
    await ann.page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true
    })
    expect(await lookInViews(ann, 'trust-all')).toEqual([])
    const type = await ann.page.evaluate(async () => {
      const link = document.querySelector<HTMLAnchorElement>('[data-testid="download-root"]')
      return (await fetch(link?.href ?? '')).headers.get('content-type')
    })
    expect(type).toBe('application/x-x509-ca-cert')
  },
  120_000,
)
