import { expect, test } from 'bun:test'
import { silentLogger } from '@duet/base'
import { nextRoom } from '@duet/rules'
import { MemoryHub } from '../../hub/memory.ts'
import type { RoomAccess } from '../../rooms/access.ts'
import { TALK_FOR_TWO } from '../../rooms/room-policy.ts'
import { placeOf } from './place.ts'
import { Subscription } from './subscription.ts'

const OWNER = 7
const CALL = '{"cmd":"publish","subject":"room-lake","event":"call"}'

function subscriptionWith(access: RoomAccess) {
  const hub = new MemoryHub(silentLogger)
  const told: string[] = []
  const subscription = new Subscription({
    ip: '192.0.2.1',
    hub,
    access,
    place: placeOf('room-lake', 2),
    logger: silentLogger,
    admitTranslation: () => true,
    send: (frame) => told.push((JSON.parse(frame) as { event: string }).event),
    onRefused: () => told.push('refused'),
  })
  subscription.open()
  return { hub, told, subscription }
}

test('TP17 W5 one who knocks hears nothing, and says its call again once it is let in', () => {
  const policy = { ...TALK_FOR_TWO, host: OWNER }
  const { hub, told, subscription } = subscriptionWith(() => ({ policy }))
  subscription.publish({
    cmd: 'publish',
    subject: 'room-lake',
    event: 'call',
    data: null,
    told: CALL,
  })
  expect(told).toEqual([])
  const heard: string[] = []
  hub.subscribe('o', (notice) => {
    heard.push(notice.type)
    if (notice.type !== 'knock') return
    const { id } = notice.peer
    void hub.update('lake', (room) =>
      room
        ? nextRoom(room, { type: 'admit', from: 'o', peer: id, isAdmitted: true, ref: 2 })
        : [room, []],
    )
  })
  const dialect = { name: 'topic', leavesOffers: false, tellsHearing: false }
  const owner = { id: 'o', address: 'o', name: '', tag: 'o', dialect, user: OWNER }
  void hub.update('lake', (room) =>
    room ? nextRoom(room, { type: 'join', newcomer: owner, wait: false, ref: 1 }) : [room, []],
  )
  expect(heard).toEqual(['joined', 'knock', 'knock-over', 'peer-joined', 'signal'])
})

test('TP17 W2 one who comes at another time is told full', () => {
  const { told } = subscriptionWith(() => ({ refusal: 'room-closed' }))
  expect(told).toEqual(['refused', 'full'])
})
