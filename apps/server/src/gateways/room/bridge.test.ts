import { expect, test } from 'bun:test'
import { silentLogger } from '@duet/base'
import type { Dialect, Notice } from '@duet/rules'
import { TALK_FOR_TWO } from '../../rooms/room-policy.ts'
import { Stay } from '../stay.ts'
import { Stage } from './stage.ts'

const OFFER = { type: 'offer', sdp: 'v=0' }
const ANSWER = { type: 'answer', sdp: 'v=0' }
const CANDIDATE = { type: 'candidate', label: 0, id: 'audio', candidate: 'candidate:1' }
const NATIVE: Dialect = { name: 'native', leavesOffers: true, tellsHearing: true }

/** Somebody in a room of the hub who speaks another dialect. */
function stranger(stage: Stage, key: string): { stay: Stay; notices: Notice[] } {
  const notices: Notice[] = []
  const newcomer = { id: 'ann', address: 'native:ann', name: '', tag: 'ann', dialect: NATIVE }
  const stay = new Stay({
    hub: stage.hub,
    key,
    policy: TALK_FOR_TWO,
    newcomer,
    logger: silentLogger,
    onNotice: (notice) => notices.push(notice),
  })
  stay.join(false)
  return { stay, notices }
}

test('RM13 what is said in other words is translated both ways', async () => {
  const stage = new Stage()
  const { stay, notices } = stranger(stage, 'lake')
  const a = await stage.connect()
  await a.say('join', 'lake')
  a.take()
  stay.signal({ type: 'description', description: { type: 'offer', sdp: 'v=0' }, auth: 'x' })
  stay.signal({
    type: 'candidate',
    candidate: { candidate: 'candidate:1', sdpMid: 'audio', sdpMLineIndex: 0 },
  })
  stay.signal({ type: 'candidate', candidate: null })
  stay.signal({ type: 'mismatch', hasKey: true })
  stay.chat('hello')
  expect(a.take()).toEqual([
    ['message', 'lake', OFFER],
    ['message', 'lake', CANDIDATE],
    ['message', 'lake', 'hello'],
  ])
  notices.length = 0
  for (const data of [ANSWER, CANDIDATE, 'hi', { type: 'other' }]) {
    await a.say('message', 'lake', data)
  }
  expect(notices).toMatchObject([
    { type: 'signal', signal: { type: 'description', description: ANSWER } },
    {
      type: 'signal',
      signal: {
        type: 'candidate',
        candidate: { candidate: 'candidate:1', sdpMid: 'audio', sdpMLineIndex: 0 },
      },
    },
    { type: 'chat', text: { body: 'hi', isSealed: false } },
    { type: 'signal', signal: { type: 'other' } },
  ])
})

test.each([
  ['0', 0],
  [0, '0'],
])(
  'RM13 a candidate with label %p and id %p has numbers and texts in their places',
  async (label, id) => {
    const stage = new Stage()
    const { notices } = stranger(stage, 'lake')
    const a = await stage.connect()
    await a.say('join', 'lake')
    notices.length = 0
    await a.say('message', 'lake', { ...CANDIDATE, label, id })
    const candidate = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }
    expect(notices).toMatchObject([{ signal: { type: 'candidate', candidate } }])
  },
)

test('RM13 the first member offers: a newcomer of another dialect is an otherjoin', async () => {
  const stage = new Stage()
  const a = await stage.connect()
  await a.say('join', 'Lake')
  const { stay, notices } = stranger(stage, 'lake')
  expect(notices[0]).toMatchObject({ type: 'joined', offers: false })
  stay.close()
  expect(a.take().slice(1)).toEqual([
    ['otherjoin', 'Lake', 'ann'],
    ['bye', 'Lake', 'ann'],
  ])
})

test('RM14 an offer that waits in the room follows joined', async () => {
  const stage = new Stage()
  const { stay } = stranger(stage, 'lake')
  stay.signal({ type: 'description', description: { type: 'offer', sdp: 'v=0' } })
  stay.signal({
    type: 'candidate',
    candidate: { candidate: 'candidate:1', sdpMid: 'audio', sdpMLineIndex: 0 },
  })
  const a = await stage.connect()
  await a.say('join', 'lake')
  expect(a.take()).toEqual([
    ['joined', 'lake', a.id],
    ['message', 'lake', OFFER],
    ['message', 'lake', CANDIDATE],
  ])
})
