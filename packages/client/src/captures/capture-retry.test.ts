import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { MediaPathStage, type FakeSide } from '../media-path/media-path-stage.ts'
import { CaptureBook } from './capture-book.ts'

let stage: MediaPathStage
let books: CaptureBook[]

/** A person who agreed to being recorded. */
function agreed(side: FakeSide): CaptureBook {
  const book = new CaptureBook({
    clock: stage.clock,
    peer: () => 'peer',
    mediaPath: () => side.path,
    send: () => {},
    onChange: () => {},
  })
  side.onChange = () => book.steer()
  book.say({ type: 'consent', purpose: 'record', isGiven: true })
  return book
}

function hear(active: { id: string; purpose: 'record'; by: string }[]): void {
  for (const book of books) book.hear({ type: 'captures', consents: [], active })
}

/** What is waited for comes, on both sides. */
async function arrive(): Promise<void> {
  for (const { leg } of [stage.ann, stage.ben]) leg.arrive()
  await stage.deliver()
}

const names = () => [stage.ann.path.info.name, stage.ben.path.info.name]

beforeEach(async () => {
  stage = new MediaPathStage()
  await stage.open()
  books = [agreed(stage.ann), agreed(stage.ben)]
  hear([{ id: 'r1', purpose: 'record', by: 'peer' }])
  await stage.deliver()
  await arrive()
  expect(names()).toEqual(['server', 'server'])
})
afterEach(() => {
  stage.close()
  for (const book of books) book.close()
  expect(stage.clock.pending).toBe(0)
})

describe('B8 V5 a call that is recorded loses its way through the server', () => {
  test('direct media come late: no way that was lost is used again, and another one is opened', async () => {
    const { ann, ben } = stage
    const lost = ann.leg
    lost.lose()
    await stage.deliver()
    await stage.pass(4_750)
    expect(names()).toEqual(['returning', 'returning'])
    // Nothing came directly for 5 s.
    await stage.pass(250)
    expect(names()).toEqual(['direct', 'direct'])
    expect(lost.isClosed).toBe(true)
    await stage.pass(1_000)
    expect(names()).toEqual(['entering', 'entering'])
    expect([ann.legs.length, ben.legs.length]).toEqual([2, 2])
    await arrive()
    expect(names()).toEqual(['server', 'server'])
    expect(lost.told).toEqual(['await direct'])
  })

  test('one side has direct media, the other one waits for them: no dead end either', async () => {
    const { ann, ben } = stage
    const lost = ann.leg
    lost.lose()
    await stage.deliver()
    ben.leg.arrive()
    await stage.deliver()
    expect(names()).toEqual(['returning', 'direct'])
    await stage.pass(1_000)
    expect(names()).toEqual(['entering', 'entering'])
    expect([lost.isClosed, ann.leg === lost]).toEqual([true, false])
    await arrive()
    expect(names()).toEqual(['server', 'server'])
  })

  test('where it breaks all the time it is tried every 5 s', async () => {
    for (const pauseMs of [1_000, 5_000, 5_000]) {
      stage.ben.leg.lose()
      await stage.deliver()
      await arrive()
      expect(names()).toEqual(['direct', 'direct'])
      await stage.pass(pauseMs - 250)
      expect(names()).toEqual(['direct', 'direct'])
      await stage.pass(250)
      expect(names()).toEqual(['entering', 'entering'])
      await arrive()
    }
    expect(names()).toEqual(['server', 'server'])
  })
})
