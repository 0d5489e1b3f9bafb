import {
  launchChromium,
  type ChromiumPerson,
  type RunningChromium,
} from '../e2e/harness/chromium.ts'
import { startServer } from '../e2e/harness/server.ts'
import { waitUntil } from '../e2e/harness/wait.ts'
import { timeToFirstFrame } from './first-frame.ts'
import { timeDirectCall } from './setup.ts'
import { printTable, summarize } from './statistics.ts'

const ROUNDS = 11

/** How the second person comes in, at an address that begins by itself or not. */
type Entrance = (ben: ChromiumPerson, address: URL) => Promise<void>

const ENTRANCES: Record<string, Entrance> = {
  async 'press connect'(ben, address) {
    address.searchParams.delete('autostart')
    await ben.goto(address.href)
    await ben.press('connect')
  },
  async autostart(ben, address) {
    await ben.goto(address.href)
  },
}

/**
 * The time from the second person's start (`duet:join`) to the first frame of the other one
 * (`duet:first-remote-frame`) on the one-to-one page, through the media server, in real Chromium on
 * loopback; in turns with calls from browser to browser, by which machines compare.
 */
export async function benchSrsSetup(): Promise<void> {
  const server = await startServer()
  const chromium = await launchChromium()
  const contenders = [
    ...Object.entries(ENTRANCES).map(([name, enter]) => ({
      name: `server, ${name}`,
      target: '<= 200',
      values: [] as number[],
      run: () => measure(chromium, server.http, enter),
    })),
    {
      name: 'direct, press join',
      target: '<= 150',
      values: [] as number[],
      run: () => timeDirectCall(chromium, server.http),
    },
  ]
  try {
    // The first round warms caches up and is left out.
    for (const { run } of contenders) await run()
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const { run, values } of contenders) values.push(await run())
    }
    printTable('to the first frame, ms', contenders)
    const [through = NaN, , direct = NaN] = contenders.map(({ values }) => summarize(values).median)
    console.log(`through the server: ${(through / direct).toFixed(2)} times direct (<= 1.33)`)
  } finally {
    await chromium.close()
    await server.close()
  }
}

async function measure(
  chromium: RunningChromium,
  origin: string,
  enter: Entrance,
): Promise<number> {
  const room = crypto.randomUUID().slice(0, 8)
  const ann = await chromium.newPerson({ name: 'ann' })
  const ben = await chromium.newPerson({ name: 'ben' })
  try {
    await ann.goto(addressOf('ann', room, origin).href)
    await waitUntil('ann publishes', () => ann.text('status'), {
      isGood: (text) => text.startsWith('Your picture goes'),
    })
    await ann.seesMovement('local-video')
    await enter(ben, addressOf('ben', room, origin))
    return await timeToFirstFrame(ben)
  } finally {
    await ben.window.close()
    await ann.window.close()
  }
}

function addressOf(display: string, room: string, origin: string): URL {
  const query = new URLSearchParams({ autostart: 'true', room, display })
  return new URL(`/demos/one2one.html?${query}`, origin)
}
