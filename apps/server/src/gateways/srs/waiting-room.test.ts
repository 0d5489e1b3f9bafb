import { describe, expect, test } from 'bun:test'
import { nextRoom, type Notice, type RoomEvent } from '@duet/rules'
import type { RoomVerdict } from '../../rooms/access.ts'
import { TALK_FOR_TWO } from '../../rooms/room-policy.ts'
import { Stage } from './stage.ts'

const OWNER = 7
const ANN = { room: 'lake', display: 'ann' }
const HOSTED = { policy: { ...TALK_FOR_TWO, host: OWNER } }

/** The owner comes with a page of its own, and answers whoever knocks. */
function answer({ hub }: Stage, isAdmitted: boolean): string[] {
  const heard: string[] = []
  const update = (event: RoomEvent): unknown =>
    hub.update('lake', (room) => (room ? nextRoom({ ...room, ...HOSTED }, event) : [room, []]))
  hub.subscribe('owner', (notice: Notice) => {
    heard.push(notice.type)
    if (notice.type !== 'knock') return
    update({ type: 'admit', from: 'owner', peer: notice.peer.id, isAdmitted, ref: 2 })
  })
  const dialect = { name: 'native', leavesOffers: true, tellsHearing: true }
  const newcomer = { id: 'o', address: 'owner', name: 'Olga', tag: 'o', dialect, user: OWNER }
  update({ type: 'join', newcomer, wait: false, ref: 1 })
  return heard
}

describe('SG18 rooms that an account opened', () => {
  test('SG18 W5 one who knocks hears nothing until it is let in', () => {
    const stage = new Stage({ access: () => HOSTED })
    const ann = stage.connect()
    ann.ask('join', ANN)
    ann.ask('publish', ANN)
    ann.ask('join', ANN)
    expect(ann.heard).toEqual(['error 2 not-in-room', 'error 3 already-in-room'])
    const heard = answer(stage, true)
    expect(heard).toEqual(['joined', 'knock', 'knock-over', 'peer-joined'])
    expect(ann.heard.at(-1)).toBe('join 1: Olga, ann')
    ann.ask('publish', ANN)
    expect(ann.heard.at(-1)).toBe('done 4')
    expect(heard.at(-1)).toBe('peer-publishing')
  })

  test('SG18 W4 one who is not let in is told so, and may knock again', () => {
    const stage = new Stage({ access: () => HOSTED })
    const ann = stage.connect()
    ann.ask('join', ANN)
    const heard = answer(stage, false)
    expect(ann.heard).toEqual(['error 1 entry-refused'])
    ann.ask('join', ANN)
    expect(heard.filter((type) => type === 'knock').length).toBe(2)
  })

  test('SG18 one who knocks may leave', () => {
    const stage = new Stage({ access: () => HOSTED })
    const ann = stage.connect()
    ann.ask('join', ANN)
    ann.ask('leave')
    expect(ann.heard).toEqual(['error 1 entry-refused', 'done 2'])
    expect(stage.hub.roomCount).toBe(0)
  })

  test.each(['room-closed', 'not-allowed', 'unavailable'] as const)(
    'SG18 W2 %s is said',
    (refusal) => {
      const ann = new Stage({ access: () => ({ refusal }) }).connect()
      ann.ask('join', ANN)
      expect(ann.heard).toEqual([`error 1 ${refusal}`])
    },
  )

  test('SG18 what is said while a join is judged waits for it', async () => {
    const { promise, resolve } = Promise.withResolvers<RoomVerdict>()
    const stage = new Stage({ access: () => promise })
    const ann = stage.connect()
    ann.ask('join', ANN)
    ann.ask('publish', ANN)
    ann.ask('leave')
    expect(ann.heard).toEqual([])
    resolve({ policy: TALK_FOR_TWO })
    await promise
    await Promise.resolve()
    await Promise.resolve()
    expect(ann.heard).toEqual(['join 1: ann', 'done 2', 'done 3'])
    expect(stage.hub.roomCount).toBe(0)
  })
})
