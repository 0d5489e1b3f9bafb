import { describe, expect, test } from 'bun:test'
import { FakeClock, silentLogger } from '@duet/base'
import { legRoomName } from '@duet/rules'
import { TALK_FOR_TWO } from './room-policy.ts'
import { StoreError } from '../store/store-error.ts'
import type { OpenedRoom } from '../store/room-store.ts'
import { createRoomAccess } from './access.ts'

const CALL = '0123456789abcdef'.repeat(2)
const [OWNER, GUEST] = [7, 8]

const OPENED: OpenedRoom = {
  name: 'practice',
  owner: OWNER,
  hasWaitingRoom: false,
  validFrom: null,
  validUntil: null,
  createdAt: 0,
}

function access({
  opened,
  openedBy = 'everyone',
  isStoreLost = false,
}: {
  opened?: Partial<OpenedRoom>
  openedBy?: 'everyone' | 'accounts'
  isStoreLost?: boolean
} = {}) {
  const clock = new FakeClock()
  const judge = createRoomAccess({
    rooms: {
      byName(name) {
        if (isStoreLost) return Promise.reject(new StoreError('unavailable', 'the disk is gone'))
        return Promise.resolve(
          opened && name === OPENED.name ? { ...OPENED, ...opened } : undefined,
        )
      },
    },
    people: {
      legPolicy: (user, call, leg) =>
        user === OWNER && call === CALL && leg === 0
          ? { ...TALK_FOR_TWO, watcher: 'w' }
          : undefined,
    },
    openedBy,
    clock,
    logger: silentLogger,
  })
  return { clock, judge }
}

describe('K8 rooms of legs', () => {
  test.each([
    [OWNER, 0, { policy: { ...TALK_FOR_TWO, watcher: 'w' } }],
    [OWNER, 1, { refusal: 'not-allowed' }],
    [GUEST, 0, { refusal: 'not-allowed' }],
    [undefined, 0, { refusal: 'not-allowed' }],
  ] as const)('K8 user %p, leg %p', async (user, leg, verdict) => {
    expect(await access().judge(legRoomName(CALL, leg), user)).toEqual(verdict)
  })

  test('K8 a name that only looks similar is a room like any other', async () => {
    expect(await access().judge('~lake.0', undefined)).toEqual({ policy: TALK_FOR_TWO })
  })
})

describe('W1 W2 W3 rooms that an account opened', () => {
  test('W1 other rooms are open, or need an account', async () => {
    expect(await access().judge('lake', undefined)).toEqual({ policy: TALK_FOR_TWO })
    const { judge } = access({ openedBy: 'accounts' })
    expect(await judge('lake', undefined)).toEqual({
      policy: { ...TALK_FOR_TWO, needsAccount: true },
    })
  })

  test('W1 an opened one needs none', async () => {
    const { judge } = access({ openedBy: 'accounts', opened: {} })
    expect(await judge('practice', undefined)).toEqual({ policy: TALK_FOR_TWO })
  })

  test('W2 before, in and after its validity', async () => {
    const { clock, judge } = access()
    const from = clock.now() + 1_000
    const valid = access({ opened: { validFrom: from, validUntil: from + 1_000 } })
    expect(await valid.judge('practice', OWNER)).toEqual({ refusal: 'room-closed' })
    valid.clock.advance(1_000)
    expect(await valid.judge('practice', GUEST)).toEqual({ policy: TALK_FOR_TWO })
    valid.clock.advance(1_001)
    expect(await valid.judge('practice', OWNER)).toEqual({ refusal: 'room-closed' })
    expect(await judge('practice', GUEST)).toEqual({ policy: TALK_FOR_TWO })
  })

  test('W3 a waiting room names its owner', async () => {
    const { judge } = access({ opened: { hasWaitingRoom: true } })
    expect(await judge('practice', GUEST)).toEqual({ policy: { ...TALK_FOR_TWO, host: OWNER } })
  })

  test('W1 without the database nobody is let in by guess', async () => {
    const { judge } = access({ isStoreLost: true })
    expect(await judge('practice', OWNER)).toEqual({ refusal: 'unavailable' })
  })
})
