import { messageOf, type Logger } from '@duet/base'
import { nextRoom } from '@duet/rules'
import type { Hub } from '../hub/hub.ts'

/** W4: its owner closed a room; whoever knocks there hears it. */
export function closeRoom(hub: Hub, name: string, logger: Logger): void {
  hub
    .update(name, (room) => (room ? nextRoom(room, { type: 'closed' }) : [undefined, []]))
    ?.catch((error: unknown) => {
      logger.error('a room was not closed', { error: messageOf(error) })
    })
}
