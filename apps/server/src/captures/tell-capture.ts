import { messageOf, type Logger } from '@duet/base'
import { emptyRoom, nextRoom, type RoomEvent } from '@duet/rules'
import type { Hub } from '../hub/hub.ts'
import { TALK_FOR_TWO } from '../rooms/room-policy.ts'
import type { TellCapture } from './capture-control.ts'

/** B6: tells those who are in a capture, or were, how it goes. */
export function createTellCapture(hub: Hub, logger: Logger): TellCapture {
  return ({ id, room: name, purpose, members }, progress) => {
    const event: RoomEvent = {
      type: 'capture-state',
      capture: id,
      members: members.map((member) => member.id),
      isOver: progress.state === 'stopped' || progress.state === 'failed',
      progress: { ...progress, purpose },
    }
    hub
      .update(name, (room) => nextRoom(room ?? emptyRoom(TALK_FOR_TWO), event))
      ?.catch((error: unknown) => {
        logger.error('a room was not told of a capture', { error: messageOf(error) })
      })
  }
}
