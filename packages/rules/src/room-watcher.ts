import type { Effect, Room, RoomEvent } from './room-state.ts'

/** Whoever watches the room hears who has a seat after the members were told. */
export function tellWatcher(before: Room, { policy, members }: Room, event: RoomEvent): Effect[] {
  const { watcher } = policy
  if (watcher === undefined) return []
  const gone = before.members.filter(({ id }) => !members.some((member) => member.id === id))
  const hasNewcomer = members.some(({ id }) => !before.members.some((member) => member.id === id))
  if (gone.length === 0 && !hasNewcomer) return []
  const users = members.flatMap(({ user }) => (user === undefined ? [] : [user]))
  const isMeant = event.type === 'leave' && event.isLost !== true
  const isLost = gone.length > 0 && !isMeant
  return [{ to: watcher, notice: { type: 'occupancy', users, isLost } }]
}
