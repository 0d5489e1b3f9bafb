import { describe, expect, test } from 'bun:test'
import type { PeerInfo } from '@duet/rules'
import { writeNotice } from './notices.ts'

const peer = { id: 'p1', name: 'Ben', tag: 'run-1' }

function read(written: string | undefined): unknown {
  return JSON.parse(`{${written ?? ''}}`)
}

/** What is told of `info` to who was there, and to a newcomer. */
function tell(info: PeerInfo): unknown[] {
  const seated = { peer: info, isAway: false, signals: [] }
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
    expect(tell({ ...peer, dialect: 'room' })).toEqual([
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
    expect(tell({ ...peer, dialect: 'native' })).toEqual([
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
