import { messageOf, type Logger } from '@duet/base'
import { nextRoom, type Member, type Room } from '@duet/rules'
import type { Hub } from '../hub/hub.ts'

/** Clients of this dialect say by themselves when they can be played (docs/dialects/srs.md, SG5). */
const SAYS_SO_ITSELF = 'srs'

export interface PublishingChange {
  /** The room's key in the hub, as `roomKey` names it. */
  room: string
  /** Who publishes: an id of a member, or its label (docs/protocol.md, R15). */
  member: string
  isPublishing: boolean
}

/**
 * R17: tells a room that the stream of one of its members can be played, or no more. Nothing happens
 * when there is no such member: streams outlive seats, and seats streams.
 */
export function tellPublishing(hub: Hub, change: PublishingChange, logger: Logger): void {
  const { isPublishing } = change
  hub
    .update(change.room, (room) => {
      const member = room && findMember(room, change.member)
      if (!member || member.dialect.name === SAYS_SO_ITSELF) return [room, []]
      return nextRoom(room, { type: 'publishing', from: member.address, isPublishing })
    })
    ?.catch((error: unknown) => {
      logger.error('a room was not told of a stream', { error: messageOf(error) })
    })
}

function findMember({ members }: Room, name: string): Member | undefined {
  return members.find(({ id }) => id === name) ?? members.find(({ label }) => label === name)
}
