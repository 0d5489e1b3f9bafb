import { expect } from 'bun:test'
import { register, waitForPresence, waitForRinging } from './harness/account.ts'
import type { ChromiumPerson } from './harness/chromium.ts'
import { lookForFaults } from './harness/looks.ts'
import { selectorOf } from './harness/person.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { waitUntil } from './harness/wait.ts'

/** Addresses that lead nowhere (RFC 5737): a push service that never answers. */
const NOWHERE = '203.0.113.0/24'

const stage = useStage({ server: { flags: ['--push-allow', NOWHERE] } })

/** Names that no other test has taken on the server that they share. */
let count = 0

/** People with accounts, all of whom see each other. */
async function people<const Names extends readonly string[]>(
  scene: Scene,
  ...names: Names
): Promise<{ [Index in keyof Names]: ChromiumPerson }> {
  count += 1
  const all = await Promise.all(names.map((name) => scene.newPerson({ name: `${name}${count}` })))
  for (const person of all) await register(person, scene.server)
  for (const person of all) {
    for (const other of all) {
      if (other !== person) await waitForPresence(person, other.name, 'online')
    }
  }
  return all as { [Index in keyof Names]: ChromiumPerson }
}

async function ring(caller: ChromiumPerson, callee: ChromiumPerson): Promise<void> {
  await caller.press(`call-${callee.name}`)
  await callee.waitFor('incoming')
  await waitForRinging(caller, 'ringing')
}

async function waitUntilGone(person: ChromiumPerson, testId: string): Promise<void> {
  await waitUntil(
    `"${testId}" is gone from ${person.name}'s page`,
    async () => !(await person.has(testId)),
  )
}

/** Every microphone and camera that runs on this page, by what its senders have. */
function sending(person: ChromiumPerson): Promise<number> {
  return person.page.evaluate(
    () =>
      (window.duetTestPeers ?? [])
        .flatMap((peer) => peer.getSenders())
        .filter(({ track }) => track?.readyState === 'live').length,
  )
}

stage.test(
  'a call rings, is picked up, is seen and heard on both sides, and stands in the history',
  async (scene) => {
    const [ann, ben] = await people(scene, 'ann', 'ben')
    await ring(ann, ben)
    await ann.seesMovement('local-video')
    expect(await sending(ben)).toBe(0)
    expect([...(await lookForFaults(ann)), ...(await lookForFaults(ben))]).toEqual([])
    expect(await ben.page.title()).toMatch(/.+/)
    await ben.press('accept')
    await Promise.all([ann.hasCall(), ben.hasCall()])
    const phrase = async (person: ChromiumPerson) => {
      await waitUntil('a phrase', () => person.attribute('verified', 'data-phrase'), {
        isGood: (name) => name === 'agreed',
      })
      if (!(await person.has('phrase'))) await person.press('verified')
      await person.waitFor('phrase')
      return person.text('phrase')
    }
    expect(await phrase(ann)).toBe(await phrase(ben))
    expect(await lookForFaults(ann)).toEqual([])
    await waitUntil('a direct path', () => ann.attribute('verified', 'data-path'), {
      isGood: (path) => path === 'direct',
    })
    // Other pages of the account are open meanwhile, and the call goes on.
    await ann.press('shrink-call')
    await ann.page.click('a[href="/calls"]')
    await ann.seesMovement()
    await ann.press('back-to-call')
    await ann.press('hangup')
    await Promise.all([waitForRinging(ann, 'ended:hung-up'), waitForRinging(ben, 'ended:hung-up')])
    await ann.waitFor('history-row')
    expect(await lookForFaults(ann)).toEqual([])
    const marks = await ben.page.evaluate(() =>
      performance.getEntriesByType('mark').map(({ name }) => name),
    )
    expect(marks).toEqual(['duet:incoming', 'duet:accept', 'duet:first-remote-frame'])
  },
  60_000,
)

stage.test('a decline says its words to the one who calls', async (scene) => {
  const [ann, ben] = await people(scene, 'ann', 'ben')
  await ring(ann, ben)
  await ben.press('decline-with')
  await ben.window.fill(selectorOf('decline-text'), 'Later <b>please</b>')
  await ben.press('decline-send')
  await waitForRinging(ann, 'ended:declined')
  expect(await ann.text('decline-words')).toBe('Later <b>please</b>')
  await waitUntilGone(ben, 'incoming')
  expect(await ben.has('ringing-state')).toBe(false)
})

stage.test('a call that is cancelled stops ringing, and was missed', async (scene) => {
  const [ann, ben] = await people(scene, 'ann', 'ben')
  await ring(ann, ben)
  await ann.press('cancel-call')
  await waitUntilGone(ben, 'incoming')
  await waitForRinging(ben, 'ended:cancelled')
  await waitForPresence(ann, ben.name, 'online')
})

stage.test('a third person is told that the one called is busy', async (scene) => {
  const [ann, ben, cleo] = await people(scene, 'ann', 'ben', 'cleo')
  await ring(ann, ben)
  await ben.press('accept-audio')
  await ben.hasCall()
  await waitForPresence(cleo, ben.name, 'in-call')
  await cleo.press(`call-${ben.name}`)
  await waitForRinging(cleo, 'ended:busy')
  expect(await ben.has('incoming')).toBe(false)
})

stage.test('two tabs ring; one picks up, the other is silent', async (scene) => {
  const [ann, ben] = await people(scene, 'ann', 'ben')
  const other = await ben.page.context().newPage()
  await other.goto(`${scene.server.http}/people`)
  await other.waitForSelector(selectorOf(`user-${ann.name}`))
  await ring(ann, ben)
  await other.waitForSelector(selectorOf('incoming'))
  await ben.press('accept')
  await ann.hasCall()
  await other.waitForSelector(selectorOf('incoming'), { state: 'detached' })
  expect(await other.locator(selectorOf('ringing-state')).count()).toBe(0)
  await other.close()
  await ann.seesMovement()
})

stage.test('a page that is loaded anew goes on ringing', async (scene) => {
  const [ann, ben] = await people(scene, 'ann', 'ben')
  await ring(ann, ben)
  await ben.page.reload()
  await ben.waitFor('incoming')
  await waitForRinging(ann, 'ringing')
  await ben.press('accept')
  await Promise.all([ann.hasCall(), ben.hasCall()])
})

stage.test('closing the page ends the call', async (scene) => {
  const [ann, ben] = await people(scene, 'ann', 'ben')
  await ring(ann, ben)
  await ben.press('accept')
  await ann.hasCall()
  await ben.goto('about:blank')
  await waitForRinging(ann, 'ended:hung-up')
})

stage.test(
  'a notification opens a page that picks up by itself, though none was open',
  async (scene) => {
    const [ann, ben] = await people(scene, 'ann', 'ben')
    const status = await ben.page.evaluate(async () => {
      const keys = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, [
        'deriveBits',
      ])
      const text = (bytes: Uint8Array<ArrayBuffer>) =>
        btoa(String.fromCodePoint(...bytes))
          .replaceAll('+', '-')
          .replaceAll('/', '_')
      const p256dh = text(new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey)))
      const auth = text(crypto.getRandomValues(new Uint8Array(16)))
      const answer = await fetch('/api/push/subscription', {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ endpoint: 'https://203.0.113.1/send', keys: { p256dh, auth } }),
      })
      return answer.status
    })
    expect(status).toBe(204)
    await ben.goto('about:blank')
    await waitForPresence(ann, ben.name, 'offline')
    await ann.press(`call-${ben.name}`)
    await waitForRinging(ann, 'unreached')
    const call = await ann.page.evaluate(async () => {
      const { calls } = (await (await fetch('/api/calls')).json()) as { calls: { id: string }[] }
      return calls[0]?.id
    })
    // As the service worker opens it when the notification is pressed.
    await ben.goto(`${scene.server.http}/people?call=${call}&accept=1`)
    await Promise.all([ann.hasCall(), ben.hasCall()])
    expect(ben.page.url()).toBe(`${scene.server.http}/people`)
    await ben.press('hangup')
    await waitForRinging(ann, 'ended:hung-up')
  },
)

stage.test(
  'the first press of all is not lost, on a page that can’t be heard yet',
  async (scene) => {
    const [ann, ben] = await people(scene, 'ann', 'ben')
    await openSilently(ann, scene)
    await ann.press('test-ring')
    await ann.waitForText(/Calls are heard/)
    await waitUntilGone(ann, 'ring-hint')
    await openSilently(ann, scene)
    const { x, y } = await ann.page
      .locator(selectorOf(`call-${ben.name}`))
      .boundingBox()
      .then((box) => ({ x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 20 }))
    // As slowly as people press.
    await ann.page.mouse.click(x, y, { delay: 300 })
    await ben.waitFor('incoming')
    await ann.press('cancel-call')
    await waitUntilGone(ann, 'ring-hint')
  },
)

/** A document that nobody touched: the browser keeps it silent, and the page says so. */
async function openSilently(person: ChromiumPerson, { server }: Scene): Promise<void> {
  await person.goto('about:blank')
  await person.goto(`${server.http}/people`)
  // Playwright's own way of looking counts as a touch.
  const devtools = await person.page.context().newCDPSession(person.page)
  const expression = `document.querySelector('${selectorOf('ring-hint')}') !== null`
  await waitUntil(`${person.name} is told that the page is silent`, async () => {
    const { result } = await devtools.send('Runtime.evaluate', { expression, userGesture: false })
    return result.value === true
  })
  await devtools.detach()
}
