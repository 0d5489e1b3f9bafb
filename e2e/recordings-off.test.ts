import { expect } from 'bun:test'
import { useStage } from './harness/stage.ts'
import { lookInViews } from './harness/views.ts'

const stage = useStage({ server: { flags: ['--recordings', 'off'] } })

/** As a call that was recorded leaves it behind. */
const KEPT = JSON.stringify([{ id: 'r'.repeat(22), key: 'k'.repeat(43) }])

stage.test(
  'where recordings are off the page says so, and the browser keeps their keys',
  async (scene) => {
    const ann = await scene.newPerson({ name: 'Ann' })
    await ann.goto(`${scene.server.http}/recordings`)
    await ann.page.evaluate((kept) => localStorage.setItem('duet.recordings', kept), KEPT)
    await ann.goto(`${scene.server.http}/recordings`)
    await ann.waitForText(/does not show recordings now/)
    expect(await ann.page.evaluate(() => localStorage.getItem('duet.recordings'))).toBe(KEPT)
    expect(await ann.has('empty')).toBe(false)
    expect(await lookInViews(ann, 'recordings-off')).toEqual([])
  },
)
