import { launchChromium } from '../e2e/harness/chromium.ts'
import {
  openSender,
  openTv,
  type CastScene,
  type SenderPage,
  type TvPage,
} from '../e2e/harness/cast-pages.ts'
import { selectorOf } from '../e2e/harness/person.ts'
import { startServer, type RunningServer } from '../e2e/harness/server.ts'
import { waitUntil } from '../e2e/harness/wait.ts'
import { printTable } from './statistics.ts'

const ROUNDS = 21

/** How soon a TV that was entered is connected: people take longer to choose. */
const CONNECT_MS = 1_000

/** What one cast came to, in milliseconds. */
interface Round {
  /** From the press to the source, which the browser chooses by itself here. */
  choosing: number
  /** From the source to its first frame on the TV. */
  frame: number
}

/**
 * A screen on Duet's own TV page, in real Chromium on loopback: how soon after the source was
 * chosen its first frame is seen; once with a code that was entered before, so that the TV is
 * connected, and once with one press from the code to the picture.
 */
export async function benchCast(): Promise<void> {
  const server = await startServer({ flags: ['--limits', 'off', '--host', '127.0.0.1'] })
  const chromium = await launchChromium()
  try {
    const scene: CastScene = { server, newPerson: (options) => chromium.newPerson(options) }
    const tv = await openTv(scene, 'duet')
    const sender = await openSender(scene, 'duet', { hasDrawnScreen: false })
    const entered = await castRounds({ server, tv, sender }, true)
    const atOnce = await castRounds({ server, tv, sender }, false)
    const target = '<= 300'
    printTable('ms', [
      {
        name: 'source to first frame, code entered before',
        values: entered.map(({ frame }) => frame),
        target,
      },
      {
        name: 'source to first frame, one press',
        values: atOnce.map(({ frame }) => frame),
        target,
      },
      { name: 'press to source, one press', values: atOnce.map(({ choosing }) => choosing) },
    ])
  } finally {
    await chromium.close()
    await server.close()
  }
}

interface Pair {
  server: RunningServer
  tv: TvPage
  sender: SenderPage
}

/** The first round warms caches up and is left out. */
async function castRounds(pair: Pair, isEntered: boolean): Promise<Round[]> {
  await castOnce(pair, isEntered)
  const rounds: Round[] = []
  while (rounds.length < ROUNDS) rounds.push(await castOnce(pair, isEntered))
  return rounds
}

async function castOnce({ server, tv, sender }: Pair, isEntered: boolean): Promise<Round> {
  const code = await tv.code()
  const { page } = sender.person
  await page.goto('about:blank')
  await page.goto(`${server.http}/cast`)
  await tv.person.page.evaluate(() => performance.clearMarks())
  await page.waitForSelector(selectorOf('cast-code-input'))
  await page.evaluate((testId) => {
    const note = () => performance.mark('duet-bench:press')
    document.querySelector(testId)?.addEventListener('click', note, { capture: true })
  }, selectorOf('cast-start'))
  await sender.person.window.fill(selectorOf('cast-code-input'), code)
  if (isEntered) {
    await sender.waitForState(/^ready$/)
    await Bun.sleep(CONNECT_MS)
  }
  await page.click(selectorOf('cast-start'))
  const seen = await markOf(tv, 'duet:first-remote-frame')
  const chosen = await markOf(sender, 'duet:cast')
  const pressed = await markOf(sender, 'duet-bench:press')
  await sender.stop()
  await tv.waitForNoPicture()
  return { choosing: chosen - pressed, frame: seen - chosen }
}

/** When a mark was set last, in milliseconds since the epoch. */
function markOf({ person }: TvPage | SenderPage, name: string): Promise<number> {
  return waitUntil(`${person.name} marks ${name}`, () =>
    person.page.evaluate((mark) => {
      const last = performance.getEntriesByName(mark).at(-1)
      return last && performance.timeOrigin + last.startTime
    }, name),
  ) as Promise<number>
}
