import {
  launchChromium,
  type ChromiumPerson,
  type RunningChromium,
} from '../e2e/harness/chromium.ts'
import { autostart, newRoom } from '../e2e/harness/room.ts'
import { startServer } from '../e2e/harness/server.ts'
import { timeToFirstFrame } from './first-frame.ts'
import { printTable } from './statistics.ts'

const ROUNDS = 11

/** How the second person comes in. */
type Entrance = (ben: ChromiumPerson, link: string) => Promise<void>

const pressJoin: Entrance = async (ben, link) => {
  await ben.goto(link)
  await ben.seesMovement('local-video')
  await ben.press('join')
}

const ENTRANCES: Record<string, Entrance> = {
  'press join': pressJoin,
  async autostart(ben, link) {
    await ben.goto(autostart(link, 'Ben'))
  },
}

/**
 * The time from the second person's start (`duet:join`) to the first frame of the other one
 * (`duet:first-remote-frame`) on the second page, in real Chromium on loopback.
 */
export async function benchSetup(): Promise<void> {
  const server = await startServer()
  const chromium = await launchChromium()
  try {
    const rows = []
    for (const [name, enter] of Object.entries(ENTRANCES)) {
      // The first round warms caches up and is left out.
      await measure(chromium, newRoom(server.http), enter)
      const values: number[] = []
      while (values.length < ROUNDS) {
        values.push(await measure(chromium, newRoom(server.http), enter))
      }
      rows.push({ name, values, target: '<= 150' })
    }
    printTable('join to first frame, ms', rows)
  } finally {
    await chromium.close()
    await server.close()
  }
}

/** One such call, whose second person presses the button: what others are measured beside. */
export function timeDirectCall(chromium: RunningChromium, origin: string): Promise<number> {
  return measure(chromium, newRoom(origin), pressJoin)
}

async function measure(chromium: RunningChromium, link: string, enter: Entrance): Promise<number> {
  const ann = await chromium.newPerson({ name: 'Ann' })
  const ben = await chromium.newPerson({ name: 'Ben' })
  try {
    await ann.goto(autostart(link, 'Ann'))
    await ann.waitForState('waiting')
    await ann.seesMovement('local-video')
    await enter(ben, link)
    return await timeToFirstFrame(ben)
  } finally {
    await ben.window.close()
    await ann.window.close()
  }
}
