import { describe, expect, test } from 'bun:test'
import { silentLogger } from '@duet/base'
import { nextRoom } from '@duet/rules'
import { MemoryHub } from '../hub/memory.ts'
import { tellPublishing } from './publishing.ts'
import { TALK_FOR_TWO, withPolicy } from './room-policy.ts'

/** A room with Ben of Duet's own dialect and ann of srs, and what each hears of streams. */
function openRoom() {
  const hub = new MemoryHub(silentLogger)
  const heard: string[] = []
  const join = (id: string, name: string, dialectName: string): void => {
    hub.subscribe(id, (notice) => {
      if (notice.type !== 'peer-publishing') return
      heard.push(`${id}: ${notice.peer} ${notice.isPublishing}`)
    })
    const dialect = { name: dialectName, leavesOffers: false, tellsHearing: false }
    const newcomer = { id, address: id, name, tag: id, dialect }
    const event = { type: 'join', newcomer, wait: false, ref: 1 } as const
    void hub.update('lake', (room) => nextRoom(withPolicy(room, TALK_FOR_TWO, event), event))
  }
  join('b1', 'Ben', 'native')
  join('a1', 'ann', 'srs')
  const tell = (member: string, isPublishing: boolean, room = 'lake'): void =>
    tellPublishing(hub, { room, member, isPublishing }, silentLogger)
  return { hub, heard, tell }
}

describe('R17 streams of members', () => {
  test.each(['Ben', 'b1'])('R17 named %s, the others hear of a change', (name) => {
    const { heard, tell } = openRoom()
    for (const isPublishing of [true, true, false]) tell(name, isPublishing)
    expect(heard).toEqual(['a1: b1 true', 'a1: b1 false'])
  })

  test('R17 one of srs says so itself', () => {
    const { heard, tell } = openRoom()
    tell('ann', true)
    tell('a1', true)
    expect(heard).toEqual([])
  })

  test('R17 R12 nobody of this name, or no room: nothing', () => {
    const { heard, tell, hub } = openRoom()
    tell('Cleo', true)
    tell('Ben', true, 'sea')
    expect([heard, hub.roomCount]).toEqual([[], 1])
  })
})
