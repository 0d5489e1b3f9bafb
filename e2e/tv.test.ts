import { expect } from 'bun:test'
import { encode } from 'uqr'
import type { ChromiumPerson } from './harness/chromium.ts'
import { selectorOf } from './harness/person.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { waitUntil } from './harness/wait.ts'

/** T1: what codes are made of. */
const CODE = /^[ACDEFGHJKMNPQRTUVWXY2346789]{6}$/

const stage = useStage()

stage.test(
  'T1 a TV shows the same code after a reload, and another one when asked',
  async (scene) => {
    const tv = await newTv(scene)
    const code = await readCode(tv)
    await tv.page.reload()
    expect(await readCode(tv)).toBe(code)
    await tv.press('new-code')
    await waitUntil('the TV shows another code', () => textOfCode(tv), {
      isGood: (text) => CODE.test(text) && text !== code,
    })
  },
)

stage.test('two TVs in one browser have two codes', async (scene) => {
  const tv = await newTv(scene)
  const code = await readCode(tv)
  const other = await tv.page.context().newPage()
  await other.goto(tv.page.url())
  await other.waitForSelector(selectorOf('cast-code'))
  expect(await other.textContent(selectorOf('cast-code'))).not.toBe(code)
})

stage.test('the code can be heard, typed and scanned', async (scene) => {
  const tv = await newTv(scene, '?name=Living%20room')
  const code = await readCode(tv)
  expect(await tv.attribute('cast-code', 'aria-label')).toBe(
    `Code: ${spell(code.slice(0, 3))}, ${spell(code.slice(3))}`,
  )
  const text = await tv.readPage()
  expect(text).toContain('Living room')
  const [address = ''] = text.match(/\S+\/cast\b/) ?? []
  expect(await tv.page.title()).toBe('Living room · Duet')
  const origin = address.startsWith('https://') ? '' : 'http://'
  await waitUntil('the QR code leads to the address, with the code', () =>
    isDrawn(tv, `${origin}${address}#${code}`),
  )
})

stage.test('arrows and Enter are enough, and hidden buttons are not pressed', async (scene) => {
  const tv = await newTv(scene)
  const code = await readCode(tv)
  const focused = () =>
    tv.page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? null)
  const walk = async (...keys: string[]): Promise<(string | null)[]> => {
    const seen = []
    for (const key of keys) {
      await tv.page.keyboard.press(key)
      seen.push(await focused())
    }
    return seen
  }
  expect(await walk('ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowLeft')).toEqual([
    'fullscreen',
    'new-code',
    'language',
    'language',
    'new-code',
  ])
  await waitUntil('the buttons fade', () => tv.attribute('tv', 'data-quiet'), {
    isGood: (quiet) => quiet === 'true',
  })
  await tv.page.keyboard.press('Enter')
  expect(await tv.attribute('tv', 'data-quiet')).toBe('false')
  expect(await textOfCode(tv)).toBe(code)
  await walk('ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter')
  await tv.waitForText(/[\u4E00-\u9FFF]{4}/)
})

stage.test('without its server a TV says so, and is back by itself', async (scene) => {
  const tv = await newTv(scene)
  const code = await readCode(tv)
  await scene.server.stop()
  await tv.waitForText(/The server can’t be reached/)
  await scene.server.start()
  await tv.waitForText(/Show something/)
  expect(await readCode(tv)).toBe(code)
})

async function newTv(scene: Scene, query = ''): Promise<ChromiumPerson> {
  const tv = await scene.newPerson({ name: 'TV' })
  await tv.goto(`${scene.server.http}/tv${query}`)
  return tv
}

function readCode(tv: ChromiumPerson): Promise<string> {
  return waitUntil('the TV shows a code', () => textOfCode(tv), {
    isGood: (text) => CODE.test(text),
  })
}

function spell(group: string): string {
  return group.split('').join(' ')
}

async function textOfCode(tv: ChromiumPerson): Promise<string> {
  const text = await tv.page.evaluate(
    (selector) => document.querySelector(selector)?.textContent ?? '',
    selectorOf('cast-code'),
  )
  return text.replaceAll(/\s/g, '')
}

/** Whether the QR code on the page is that of `link`. */
async function isDrawn(tv: ChromiumPerson, link: string): Promise<boolean> {
  const drawn = await tv.page.getAttribute('.qr path', 'd')
  const { data } = encode(link, { border: 4, ecc: 'M' })
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}`] : [])))
  return drawn === dark.map((corner) => `${corner}h1v1h-1z`).join('')
}
