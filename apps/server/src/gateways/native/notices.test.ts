import { describe, expect, test } from 'bun:test'
import type { MemberInfo } from '@duet/rules'
import { writeNotice } from './notices.ts'

const peer = { id: 'p1', name: 'Ben', tag: 'run-1' }

function read(written: string | undefined): unknown {
  return JSON.parse(`{${written ?? ''}}`)
}

/** What is told of `info` to who was there, and to a newcomer. */
function tell(info: MemberInfo): unknown[] {
  const seated = { peer: info, isAway: false, isPublishing: false, signals: [] }
  return [
    read(writeNotice({ type: 'peer-joined', peer: info, offers: false }, { room: 'lake' })),
    read(
      writeNotice({ type: 'joined', self: 's1', peers: [seated], offers: false }, { room: 'lake' }),
    ),
  ]
}

describe('R14 the dialect of a peer', () => {
  test('is told when it is another one', () => {
    const told = { ...peer, dialect: 'room' }
    expect(tell({ ...peer, label: 'Ben', dialect: 'room' })).toEqual([
      { type: 'peer-joined', peer: told },
      {
        type: 'joined',
        room: 'lake',
        self: 's1',
        peers: [{ ...told, isAway: false, signals: [] }],
      },
    ])
  })

  test('is left out when it is this one', () => {
    expect(tell({ ...peer, label: 'Ben', dialect: 'native' })).toEqual([
      { type: 'peer-joined', peer },
      {
        type: 'joined',
        room: 'lake',
        self: 's1',
        peers: [{ ...peer, isAway: false, signals: [] }],
      },
    ])
  })
})

describe('R17 media that can be played from the media server', () => {
  const info = { ...peer, label: 'Ben', dialect: 'native' }

  test.each([true, false])('R17 %p is told to those who are there', (isPublishing) => {
    const notice = { type: 'peer-publishing', peer: 'p1', isPublishing } as const
    expect(read(writeNotice(notice, { room: 'lake' }))).toEqual(notice)
  })

  test('R17 a newcomer is told of those who publish, and of no others', () => {
    const seated = (isPublishing: boolean) => ({
      peer: info,
      isAway: false,
      isPublishing,
      signals: [],
    })
    const peers = [seated(true), seated(false)]
    const joined = { type: 'joined', self: 's1', peers, offers: false } as const
    expect(read(writeNotice(joined, { room: 'lake' }))).toMatchObject({
      peers: [
        { ...peer, isAway: false, isPublishing: true, signals: [] },
        { ...peer, isAway: false, signals: [] },
      ],
    })
    expect(writeNotice(joined, { room: 'lake' })?.match(/isPublishing/g)).toHaveLength(1)
  })
})
