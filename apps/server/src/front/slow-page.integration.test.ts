import { expect, test } from 'bun:test'
import { openFront } from './testing.ts'

/** Longer than a client may be idle. */
const BUILDING_MS = 14_000

test('a page that is built for longer than clients may be idle is waited for', async () => {
  const { front, port } = openFront({
    respond: async () => {
      await Bun.sleep(BUILDING_MS)
      return new Response('the page')
    },
  })
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/`)
    expect(await answer.text()).toBe('the page')
  } finally {
    await front.close()
  }
}, 30_000)
