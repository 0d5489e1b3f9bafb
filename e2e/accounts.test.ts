import { expect } from 'bun:test'
import type { ChromiumPerson } from './harness/chromium.ts'
import { PASSWORD, register, waitForPresence } from './harness/account.ts'
import { selectorOf } from './harness/person.ts'
import { useStage, type Scene } from './harness/stage.ts'
import { waitUntil } from './harness/wait.ts'

const stage = useStage()

/** Two people who see each other, under names that no other test of this server has. */
async function pair(scene: Scene, tag: string): Promise<[ChromiumPerson, ChromiumPerson]> {
  const [ann, ben] = [
    await scene.newPerson({ name: `ann-${tag}` }),
    await scene.newPerson({ name: `ben-${tag}` }),
  ]
  await register(ann, scene.server)
  await register(ben, scene.server)
  await waitForPresence(ann, ben.name, 'online')
  await waitForPresence(ben, ann.name, 'online')
  return [ann, ben]
}

function waitForPath(person: ChromiumPerson, path: string): Promise<string> {
  return waitUntil(
    `${person.name} is at ${path}`,
    () => {
      const { pathname, search } = new URL(person.page.url())
      return pathname + search
    },
    { isGood: (now) => now === path },
  )
}

async function write(person: ChromiumPerson, text: string): Promise<void> {
  await person.waitFor('message-input')
  await person.window.fill(selectorOf('message-input'), text)
  await person.window.pressKey('Enter')
}

function waitForMessage(person: ChromiumPerson, text: string): Promise<string> {
  return waitUntil(`${person.name} reads "${text}"`, () => person.text('message-log'), {
    isGood: (log) => log.includes(text),
  })
}

function openConversation(person: ChromiumPerson, other: string): Promise<void> {
  return person.page.click(`${selectorOf(`user-${other}`)} a`)
}

stage.test('two people register, see each other, and write to each other', async (scene) => {
  const [ann, ben] = await pair(scene, 'write')
  await openConversation(ann, ben.name)
  await waitForPath(ann, `/people/${ben.name}`)
  await write(ann, 'Are you there?')
  await waitForMessage(ann, 'Are you there?')

  await waitUntil('Ben sees one unread message', () => ben.text(`user-${ann.name}`), {
    isGood: (row) => /\b1\b/.test(row),
  })
  await openConversation(ben, ann.name)
  await waitForMessage(ben, 'Are you there?')
  await ben.waitFor('unread-line')
  await waitUntil('nothing is unread any more', () => ben.text(`user-${ann.name}`), {
    isGood: (row) => !/\b1\b/.test(row),
  })
  await write(ben, 'Here I am.')
  await waitForMessage(ann, 'Here I am.')

  await ann.page.reload()
  await waitForMessage(ann, 'Here I am.')
  expect(await ann.page.locator(selectorOf('message')).count()).toBe(2)
  await ann.page.goBack()
  await ann.waitFor(`user-${ben.name}`)
})

stage.test('one logs out, is offline, and logs in again where it was', async (scene) => {
  const [ann, ben] = await pair(scene, 'leave')
  await ben.press('logout')
  await waitForPath(ben, '/login')
  await waitForPresence(ann, ben.name, 'offline')

  await ben.goto(`${scene.server.http}/settings`)
  await waitForPath(ben, '/login?next=%2Fsettings')
  await ben.window.fill(selectorOf('username'), ben.name)
  await ben.window.fill(selectorOf('password'), 'not my password')
  await ben.press('login')
  await waitUntil('Ben reads what is wrong', () => ben.attribute('fault', 'data-code'), {
    isGood: (code) => code === 'wrong-credentials',
  })
  await ben.window.fill(selectorOf('password'), PASSWORD)
  await ben.window.pressKey('Enter')
  await waitForPath(ben, '/settings')
  await waitForPresence(ann, ben.name, 'online')
})

stage.test('a log-out in one tab is one in the other', async (scene) => {
  const ann = await scene.newPerson({ name: 'ann-tabs' })
  await register(ann, scene.server)
  const other = await ann.page.context().newPage()
  await other.goto(`${scene.server.http}/calls`)
  await other.waitForSelector(selectorOf('empty'))
  await ann.press('logout')
  await other.waitForURL(/\/login\?next=%2Fcalls$/)
})

stage.test('nobody is led to another site after the login', async (scene) => {
  const ann = await scene.newPerson({ name: 'ann-next' })
  await register(ann, scene.server)
  for (const next of ['//evil.example', 'https://evil.example/people', '/\\evil.example', '/r/x']) {
    await ann.goto(`${scene.server.http}/login?next=${encodeURIComponent(next)}`)
    await waitForPath(ann, '/people')
  }
})

stage.test('a name with a program in it is only a name', async (scene) => {
  const [ann, ben] = await pair(scene, 'evil')
  const evil = '<img src=x onerror="document.title=1"><script>alert(1)</script>'
  await ben.goto(`${scene.server.http}/settings`)
  await ben.waitFor('display-name')
  await ben.window.fill(selectorOf('display-name'), evil)
  await ben.press('save-name')
  await waitUntil('Ann sees the name as text', () => ann.text(`user-${ben.name}`), {
    isGood: (row) => row.includes('<img src=x'),
  })
  await openConversation(ann, ben.name)
  await write(ann, evil)
  await waitForMessage(ann, evil)
  expect(await ann.page.locator('img').count()).toBe(0)
  expect(await ann.page.title()).toContain('<img')
})

stage.test('settings: do not disturb, another password, and the end of it all', async (scene) => {
  const [ann, ben] = await pair(scene, 'settings')
  await ann.page.click(selectorOf('tab-settings'))
  await ann.press('do-not-disturb')
  await waitForPresence(ben, ann.name, 'do-not-disturb')

  await ann.waitFor('login-row')
  await ann.window.fill(selectorOf('current-password'), 'wrong password')
  await ann.window.fill(selectorOf('new-password'), 'another good password')
  await ann.press('change-password')
  await ann.waitForText(/not your password/)
  await ann.window.fill(selectorOf('current-password'), PASSWORD)
  await ann.press('change-password')
  await ann.waitForText(/password is changed/)

  await ann.press('delete-account')
  await ann.window.fill(selectorOf('delete-password'), 'another good password')
  await ann.press('confirm-yes')
  await waitForPath(ann, '/login')
  await waitUntil('Ben no longer sees Ann', () => ben.has(`user-${ann.name}`), {
    isGood: (isThere) => !isThere,
  })
})

stage.test('the history is empty at first, and says what to do', async (scene) => {
  const ann = await scene.newPerson({ name: 'ann-history' })
  await register(ann, scene.server)
  await ann.page.click(selectorOf('tab-calls'))
  await ann.waitForText(/No calls yet/)
  expect(await ann.page.evaluate(() => document.activeElement?.textContent)).toBe('Calls')
  expect(await ann.page.title()).toBe('Calls · Duet')
  await ann.page.click('main a.primary')
  await waitForPath(ann, '/people')
})

stage.test(
  'a call that was declined stands in both histories, and goes from one',
  async (scene) => {
    const [ann, ben] = await pair(scene, 'calls')
    await ann.press(`call-${ben.name}`)
    await ben.waitFor('incoming')
    await ben.press('decline')
    await ben.page.waitForSelector(selectorOf('incoming'), { state: 'detached' })
    for (const person of [ann, ben]) {
      await person.goto(`${scene.server.http}/calls`)
      await waitUntil(`${person.name} reads how it ended`, () =>
        person.attribute('history-row', 'data-reason'),
      )
      expect(await person.attribute('history-row', 'data-reason')).toBe('declined')
    }
    const table = await ann.page.evaluate(async () => {
      const link = document.querySelector<HTMLAnchorElement>('[data-testid="export-csv"]')
      return (await fetch(link?.href ?? '')).text()
    })
    expect(table).toContain('declined')

    await ann.press('delete-call')
    await ann.press('confirm-yes')
    await ann.waitForText(/No calls yet/)
    await ben.page.reload()
    await ben.waitFor('history-row')
  },
)

stage.test('a message to everyone reaches everyone', async (scene) => {
  const [ann, ben] = await pair(scene, 'all')
  await ann.press('everyone')
  await write(ann, 'Lunch is ready.')
  await waitUntil('Ben sees that something is new', () => ben.text('everyone'), {
    isGood: (row) => /\d/.test(row),
  })
  await ben.press('everyone')
  await waitForMessage(ben, 'Lunch is ready.')
  expect(await ben.text('message-log')).toContain(ann.name)
})

// The last one: nobody can register after it.
stage.test('an administrator closes the door and opens it for one', async (scene) => {
  const ben = await scene.newPerson({ name: 'ben-admin' })
  await register(ben, scene.server)
  const ann = await scene.newPerson({ name: 'ann-admin' })
  const [path] = scene.server.output().match(/\/administrator\/[\w-]+/) ?? []
  await ann.goto(`${scene.server.http}${path}`)
  await ann.waitFor('username')
  await ann.window.fill(selectorOf('username'), ann.name)
  await ann.window.fill(selectorOf('password'), PASSWORD)
  await ann.press('register')
  await ann.press('registration-invitation')

  await ann.press('make-invitation')
  await ann.waitFor('made-link')
  const invitation = new URL(await ann.page.inputValue(selectorOf('made-link')))
  const cleo = await scene.newPerson({ name: 'cleo-admin' })
  await cleo.goto(`${scene.server.http}/login`)
  await cleo.waitForText(/need an invitation/)
  expect(await cleo.has('register')).toBe(false)
  await cleo.goto(`${scene.server.http}${invitation.pathname}${invitation.search}`)
  await cleo.waitFor('username')
  await cleo.window.fill(selectorOf('username'), cleo.name)
  await cleo.window.fill(selectorOf('password'), PASSWORD)
  await cleo.press('register')
  await waitForPath(cleo, '/people')

  await ann.page.reload()
  await ann.waitFor(`admin-user-${ben.name}`)
  await ann.page.click(`${selectorOf(`admin-user-${ben.name}`)} .menu-place > button`)
  await ann.press('make-reset')
  const made = `${selectorOf(`admin-user-${ben.name}`)} ${selectorOf('made-link')}`
  const reset = new URL(await ann.page.inputValue(made))
  await ben.goto(`${scene.server.http}${reset.pathname}`)
  await ben.waitFor('password')
  await ben.window.fill(selectorOf('password'), 'a fresh password')
  await ben.press('set-password')
  await ben.waitForText(/Your password is set/)
  await ben.goto(`${scene.server.http}${reset.pathname}`)
  await ben.waitForText(/does not work any more/)
})

const contactsStage = useStage({ server: { flags: ['--people', 'contacts'] } })

contactsStage.test(
  'where people ask first, one asks by name and the other accepts',
  async (scene) => {
    const ann = await scene.newPerson({ name: 'ann' })
    const ben = await scene.newPerson({ name: 'ben' })
    await register(ann, scene.server)
    await register(ben, scene.server)
    await ann.waitFor('contact-name')
    expect(await ann.has('user-ben')).toBe(false)
    await ann.window.fill(selectorOf('contact-name'), 'nobody')
    await ann.window.pressKey('Enter')
    await ann.waitForText(/nobody with this name/)
    await ann.window.fill(selectorOf('contact-name'), 'ben')
    await ann.window.pressKey('Enter')
    await waitForPresence(ann, 'ben', 'offline')
    expect(await ann.has('call-ben')).toBe(false)

    await ben.press('accept-contact-ann')
    await waitForPresence(ann, 'ben', 'online')
    await ann.waitFor('call-ben')

    await openConversation(ben, 'ann')
    await ben.press('menu-ann')
    await ben.press('block')
    await ben.press('confirm-yes')
    await waitForPresence(ann, 'ben', 'offline')
    await ben.waitForText(/You blocked this person/)
  },
)
