import { memberAt, others, refuseStranger, withMember } from './members.ts'
import type { Agreement, CaptureParty, CapturePurpose, RefusalCode } from './notice.ts'
import type { Capture, Change, Effect, Member, Room, RoomEvent, RoomPolicy } from './room-state.ts'

/** A capture is of two members, in all rooms. */
const PARTIES = 2

/** Of a room in which nothing can be agreed on. */
const NO_CAPTURES: NonNullable<RoomPolicy['captures']> = { purposes: [], watcher: '' }

/** B1: a member agrees, or does not any more, or never did: that answers whoever asked. */
export function consent(
  room: Room,
  { from, peer, purpose, isGiven, ref }: Extract<RoomEvent, { type: 'consent' }>,
): Change {
  const member = memberAt(room, from)
  if (!member) return refuseStranger(room, { from, ref })
  const { consents } = member
  const isAgreed = consents.includes(purpose)
  if (!isGiven) return [withdrawn(room, isAgreed ? [member] : others(room, member), purpose), []]
  // B2: nobody is there to agree with, or somebody else, or nobody who could.
  const company = others(room, member)
  const isThere = peer === undefined ? company.length > 0 : company.some(({ id }) => id === peer)
  if (!isThere) return refuse(room, from, 'no-such-peer', ref)
  if (isAgreed) return [room, []]
  if (!isAllowed(room, purpose) || !canAllConsent(room, purpose)) {
    return refuse(room, from, 'capture-unavailable', ref)
  }
  return [withMember(room, { ...member, consents: [...consents, purpose] }), []]
}

/** B3: a member starts what both agreed to, or stops it. */
export function capture(
  room: Room,
  { from, id, purpose, isOn, place, ref }: Extract<RoomEvent, { type: 'capture' }>,
): Change {
  const member = memberAt(room, from)
  if (!member) return refuseStranger(room, { from, ref })
  const { captures } = room
  const isRunning = captures.some((each) => each.purpose === purpose)
  if (isRunning === isOn) return [room, []]
  if (!isOn) return [{ ...room, captures: captures.filter((c) => c.purpose !== purpose) }, []]
  const { watcher, purposes } = room.policy.captures ?? NO_CAPTURES
  if (!purposes.includes(purpose)) return refuse(room, from, 'capture-unavailable', ref)
  if (!isAgreedOn(room, purpose)) return refuse(room, from, 'no-consent', ref)
  const begun: Capture = { id, purpose, by: member.id, place, watcher }
  return [{ ...room, captures: [...captures, begun] }, []]
}

/** B6: how one goes, told to those who are in it, or were, and are still here. */
export function captureState(
  room: Room,
  { capture: id, members, isOver, progress }: Extract<RoomEvent, { type: 'capture-state' }>,
): Change {
  const captures = isOver
    ? room.captures.filter((each) => each.id !== id)
    : room.captures.map((each) => (each.id === id ? { ...each, progress } : each))
  const told = room.members.filter((member) => members.includes(member.id))
  return [
    { ...room, captures },
    told.map(({ address }) => ({
      to: address,
      notice: { type: 'capture-state', capture: id, progress },
    })),
  ]
}

/** B1, B4: what is agreed on is between those who are there, and ends with it. */
export function withCaptures(before: Room, room: Room): Room {
  if (room === before) return room
  const members = isSameCompany(before, room) ? room.members : withoutConsents(room.members)
  const agreed = { ...room, members }
  const captures = room.captures.filter(({ purpose }) => isAgreedOn(agreed, purpose))
  const isSame = members === room.members && captures.length === room.captures.length
  return isSame ? room : { ...agreed, captures }
}

/** B5, B6: members hear what changed, whoever acted first, and then those who carry it out. */
export function tellCaptures(before: Room, room: Room, event: RoomEvent): Effect[] {
  if (room === before) return []
  return [...tellMembers(before, room, event), ...tellThoseWhoCapture(before, room, event)]
}

/** B5, B6: what whoever takes its seat back finds; nothing, where there is nothing. */
export function agreementIn(room: Room): { captures?: Agreement } {
  const captures = agreementOf(room)
  return captures.consents.length + captures.active.length === 0 ? {} : { captures }
}

/** B6: the latest state of what is on. */
export function tellProgress({ captures }: Room, to: string): Effect[] {
  return captures.flatMap(({ id, progress }): Effect[] =>
    progress === undefined
      ? []
      : [{ to, notice: { type: 'capture-state', capture: id, progress } }],
  )
}

function tellMembers(before: Room, room: Room, event: RoomEvent): Effect[] {
  const agreement = agreementOf(room)
  if (JSON.stringify(agreement) === JSON.stringify(agreementOf(before))) return []
  const told = room.members.filter(
    ({ id, dialect }) => dialect.consentsTo && before.members.some((member) => member.id === id),
  )
  const asker = 'from' in event ? told.find(({ address }) => address === event.from) : undefined
  const inOrder = asker ? [asker, ...told.filter((member) => member !== asker)] : told
  return inOrder.map(({ address }) => ({
    to: address,
    notice: { type: 'captures', ...agreement },
  }))
}

function tellThoseWhoCapture(before: Room, room: Room, event: RoomEvent): Effect[] {
  // They said themselves that it is over.
  const known = event.type === 'capture-state' ? event.capture : undefined
  const over = without(before.captures, room.captures).filter(({ id }) => id !== known)
  const begun = without(room.captures, before.captures)
  const options = event.type === 'capture' ? event.options : undefined
  return [
    ...over.map(({ purpose, place, watcher }): Effect => ({
      to: watcher,
      notice: { type: 'capture-over', purpose, place },
    })),
    ...begun.map(({ id, purpose, by, place, watcher }): Effect => ({
      to: watcher,
      notice: { type: 'capture-begun', id, purpose, by, place, members: partiesOf(room), options },
    })),
  ]
}

/** V6: as soon as one of them is known by its label alone, all streams have labels. */
function partiesOf({ members }: Room): CaptureParty[] {
  const isByLabel = members.some(({ dialect }) => dialect.streamsByLabel === true)
  return members.map(({ id, label, name, user }) => ({
    id,
    name,
    ...(user === undefined ? {} : { user }),
    stream: isByLabel ? label : id,
  }))
}

function agreementOf({ members, captures }: Room): Agreement {
  return {
    consents: members
      .filter(({ consents }) => consents.length > 0)
      .map(({ id, consents }) => ({ member: id, purposes: consents })),
    active: captures.map(({ id, purpose, by }) => ({ id, purpose, by })),
  }
}

function isAllowed({ policy }: Room, purpose: CapturePurpose): boolean {
  return (policy.captures ?? NO_CAPTURES).purposes.includes(purpose)
}

function canAllConsent({ members }: Room, purpose: CapturePurpose): boolean {
  return (
    members.length === PARTIES &&
    members.every(({ dialect }) => dialect.consentsTo?.includes(purpose))
  )
}

function isAgreedOn(room: Room, purpose: CapturePurpose): boolean {
  const isWanted = room.members.every(({ consents }) => consents.includes(purpose))
  return isWanted && canAllConsent(room, purpose) && isAllowed(room, purpose)
}

/** The same members have their seats; one who took its seat back is the same. */
function isSameCompany(before: Room, room: Room): boolean {
  const { members } = room
  return (
    before.members.length === members.length &&
    members.every(({ id }, index) => before.members[index]?.id === id)
  )
}

/** The room in which these do not agree to it. */
function withdrawn(room: Room, members: readonly Member[], purpose: CapturePurpose): Room {
  return members
    .filter(({ consents }) => consents.includes(purpose))
    .map((member) => ({ ...member, consents: member.consents.filter((each) => each !== purpose) }))
    .reduce(withMember, room)
}

function withoutConsents(members: readonly Member[]): readonly Member[] {
  if (members.every(({ consents }) => consents.length === 0)) return members
  return members.map((member) => ({ ...member, consents: [] }))
}

function without(captures: readonly Capture[], known: readonly Capture[]): Capture[] {
  return captures.filter(({ id }) => !known.some((other) => other.id === id))
}

function refuse(
  room: Room,
  to: string,
  code: Extract<RefusalCode, 'no-such-peer' | 'capture-unavailable' | 'no-consent'>,
  ref: number,
): Change {
  return [room, [{ to, notice: { type: 'refused', code, ref } }]]
}
