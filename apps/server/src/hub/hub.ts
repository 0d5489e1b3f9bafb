import type { Notice, Room, RoomStep } from '@duet/rules'

/**
 * Turns a room as it is (undefined: nobody is in it) into the room as it shall be. Pure: a hub
 * may call it again when another change came first.
 */
export type RoomChange = (room: Room | undefined) => RoomStep

/**
 * Who is where, and the one way to change it. Changes of one room happen one after the
 * other; their effects reach each address in the same order.
 */
export interface Hub {
  /**
   * Applies `change` to the room `name` and tells its effects to their addresses; a listener
   * that throws keeps nobody from hearing. Rejects when the room was not changed. Undefined: it is done
   * already, and nobody waits for a promise with every signal.
   */
  update(name: string, change: RoomChange): Promise<void> | undefined
  /** Hands what is told to `address` to `listener`; returns the unsubscribe. */
  subscribe(address: string, listener: (notice: Notice) => void): () => void
}
