import type { Newcomer, Room } from './room-state.ts'

/** Of an id, which has 128 random bits: enough to be unique among those in a room. */
const SHORT_ID_LENGTH = 8

/** R15: whether nobody in the room is called so. */
export function isLabelFree({ members }: Room, label: string): boolean {
  return members.every((member) => member.label !== label)
}

/** R15: the label that it asks for, its name, or a piece of its id: the first that is free. */
export function labelFor(room: Room, { id, name, label }: Newcomer): string {
  const wanted = [label ?? '', name, id.slice(0, SHORT_ID_LENGTH)]
  return wanted.find((each) => each !== '' && isLabelFree(room, each)) ?? id
}
