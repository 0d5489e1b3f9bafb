import { expect } from 'bun:test'
import { demoLink, newDemoRoom, type Demo } from './demo-calls.ts'
import { newDemoPerson, type DemoPerson } from './demo.ts'
import { selectorOf } from './person.ts'
import { startServer } from './server.ts'
import type { Stage } from './stage.ts'

/** What every sentence about a server that does not answer speaks of, and no other one. */
const TOLD = /the server/i

/** What a demo page must stand when its server is gone, or does not serve its dialect. */
export function testDemoOutages<State extends string>(stage: Stage, demo: Demo<State>): void {
  stage.test(
    `a ${demo.name} page tells that the server is gone, and calls later`,
    async (scene) => {
      const link = demoLink(demo, newDemoRoom(), scene.server.http)
      const ann = await newDemoPerson<State>(scene, { name: 'Ann' })
      await ann.person.goto(link)
      await askForDevices(ann)
      await ann.connect()
      await waitUntilDevices(ann, 'asked')
      await scene.server.stop()
      try {
        await ann.person.page.evaluate(() => window.dispatchEvent(new Event('grant')))
        await waitUntilDevices(ann, 'granted')
        await isTold(ann)
        await ann.connect()
        await isTold(ann)
      } finally {
        await scene.server.start()
      }
      await ann.connect()
      await ann.waitForState(demo.waiting)
      const ben = await newDemoPerson<State>(scene, { name: 'Ben' })
      await ben.open(link)
      await Promise.all([ann.hasCall(), ben.hasCall()])
    },
  )

  stage.test(`a ${demo.name} page tells that its dialect is switched off`, async (scene) => {
    const server = await startServer({ flags: ['--dialects', 'off'] })
    try {
      const ann = await newDemoPerson<State>(scene, { name: 'Ann' })
      await ann.person.goto(demoLink(demo, newDemoRoom(), server.http))
      for (let press = 0; press < 2; press += 1) {
        await ann.connect()
        await isTold(ann)
        await ann.waitForStatus(/does not serve this kind of call/)
      }
    } finally {
      await server.close()
    }
  })
}

/** The page says what is the matter, gives the camera back, and lets the person try again. */
async function isTold(someone: DemoPerson<string>): Promise<void> {
  await someone.waitForStatus(TOLD)
  const { page } = someone.person
  expect(await page.isEnabled(selectorOf('connect'))).toBe(true)
  expect(await page.isVisible(selectorOf('local-video'))).toBe(false)
}

/** From now on the browser asks once: until the event `grant` comes. */
async function askForDevices({ person }: DemoPerson<string>): Promise<void> {
  await person.page.evaluate(() => {
    const { mediaDevices } = navigator
    const capture = mediaDevices.getUserMedia.bind(mediaDevices)
    mediaDevices.getUserMedia = async (constraints) => {
      mediaDevices.getUserMedia = capture
      document.body.dataset['devices'] = 'asked'
      await new Promise((resolve) => window.addEventListener('grant', resolve, { once: true }))
      const stream = await capture(constraints)
      document.body.dataset['devices'] = 'granted'
      return stream
    }
  })
}

async function waitUntilDevices({ person }: DemoPerson<string>, state: string): Promise<void> {
  await person.page.waitForSelector(`body[data-devices="${state}"]`)
}
