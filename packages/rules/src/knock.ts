import type { Notice, PeerInfo, RefusalCode } from './notice.ts'
import type { Change, Effect, Knocker, Member, Newcomer, Room, RoomEvent } from './room-state.ts'

/** W1, W3: how somebody comes into a room. A seat that is taken back needs nobody's leave. */
export function entranceOf(room: Room, newcomer: Newcomer): 'open' | 'knock' | 'closed' {
  const { policy, members } = room
  if (members.some(({ tag }) => tag === newcomer.tag)) return 'open'
  if (policy.host !== undefined) return newcomer.user === policy.host ? 'open' : 'knock'
  if (!policy.needsAccount || newcomer.user !== undefined) return 'open'
  return members.some(({ user }) => user !== undefined) ? 'open' : 'closed'
}

/** Asks the owner; again with the same tag: the session is another one, the knock the same. */
export function knock(
  room: Room,
  { newcomer, wait, ref }: Extract<RoomEvent, { type: 'join' }>,
): Change {
  const { address, tag } = newcomer
  const isInside =
    room.members.some((member) => member.address === address) ||
    room.line.some((waiter) => waiter.address === address)
  if (isInside) return [room, [refusal(address, 'already-in-room', ref)]]
  const knocker: Knocker = { ...newcomer, wait, ref }
  const former = room.knocking.find((other) => other.address === address || other.tag === tag)
  if (former) {
    const same = { ...knocker, id: former.id }
    const knocking = room.knocking.map((other) => (other === former ? same : other))
    return [{ ...room, knocking }, [{ to: address, notice: { type: 'knocking' } }]]
  }
  if (room.knocking.length >= room.policy.maxWaiting) {
    return [room, [refusal(address, 'line-full', ref)]]
  }
  return [
    { ...room, knocking: [...room.knocking, knocker] },
    [
      { to: address, notice: { type: 'knocking' } },
      ...tellHosts(room, { type: 'knock', peer: peerOf(knocker) }),
    ],
  ]
}

/** Hosts who just came hear who knocks. */
export function tellKnocks(before: Room, after: Room): Effect[] {
  const known = new Set(hostsOf(before).map(({ address }) => address))
  return hostsOf(after)
    .filter(({ address }) => !known.has(address))
    .flatMap(({ address }) =>
      after.knocking.map((knocker): Effect => ({
        to: address,
        notice: { type: 'knock', peer: peerOf(knocker) },
      })),
    )
}

/** What an answer of the owner makes of the room, and who is to be let in. */
export function answerKnock(
  room: Room,
  { from, peer, isAdmitted, ref }: Extract<RoomEvent, { type: 'admit' }>,
): { change: Change; admitted?: Knocker } {
  if (!hostsOf(room).some(({ address }) => address === from)) {
    return { change: [room, [refusal(from, 'not-allowed', ref)]] }
  }
  const knocker = room.knocking.find(({ id }) => id === peer)
  if (!knocker) return { change: [room, [refusal(from, 'no-such-peer', ref)]] }
  const change = withoutKnocker(room, knocker.address)
  if (isAdmitted) return { change, admitted: knocker }
  const [next, effects] = change
  return { change: [next, [refusal(knocker.address, 'entry-refused', knocker.ref), ...effects]] }
}

/** W4: nobody is let in any more, and those who knock are told so. */
export function closeDoor(room: Room): Change {
  const effects = room.knocking.flatMap(({ id, address, ref }) => [
    refusal(address, 'room-closed', ref),
    ...tellHosts(room, { type: 'knock-over', peer: id }),
  ])
  return [{ ...room, knocking: [] }, effects]
}

/** Whoever knocked at this address is gone, or answered. */
export function withoutKnocker(room: Room, address: string): Change {
  const knocker = room.knocking.find((other) => other.address === address)
  if (!knocker) return [room, []]
  const knocking = room.knocking.filter((other) => other !== knocker)
  return [{ ...room, knocking }, tellHosts(room, { type: 'knock-over', peer: knocker.id })]
}

function hostsOf({ members, policy }: Room): Member[] {
  return members.filter(({ user }) => user !== undefined && user === policy.host)
}

function tellHosts(room: Room, notice: Notice): Effect[] {
  return hostsOf(room).map(({ address }) => ({ to: address, notice }))
}

function peerOf({ id, name, tag, dialect, user }: Knocker): PeerInfo {
  return { id, name, tag, dialect: dialect.name, ...(user === undefined ? {} : { user }) }
}

function refusal(
  to: string,
  code: Exclude<RefusalCode, 'not-in-room' | 'unavailable'>,
  ref: number,
): Effect {
  return { to, notice: { type: 'refused', code, ref } }
}
