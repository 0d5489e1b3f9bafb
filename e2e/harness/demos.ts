import type { Demo } from './demo-calls.ts'

export type RoomState = 'init' | 'joined' | 'joined_conn' | 'joined_unbind' | 'leaved'
export type TopicState = 'init' | 'waiting' | 'in_line' | 'calling' | 'in_call' | 'left'
export type SrsState = 'init' | 'joining' | 'joined' | 'in_call' | 'full' | 'left'
/** Of `/demos/whip.html` and `/demos/whep.html`. */
export type StreamState = 'idle' | 'connecting' | 'live'

/** `/demos/room.html`, which speaks Socket.IO. */
export const ROOM: Demo<RoomState> = {
  name: 'room',
  parameter: 'room',
  waiting: 'joined',
  calling: 'joined_conn',
  called: 'joined',
  alone: 'joined_unbind',
  left: 'leaved',
  full: 'leaved',
  connections: 1,
}

/** `/demos/topic.html`, which speaks plain WebSocket. */
export const TOPIC: Demo<TopicState> = {
  name: 'topic',
  parameter: 'room_id',
  waiting: 'waiting',
  calling: 'in_call',
  called: 'in_call',
  alone: 'waiting',
  left: 'left',
  full: 'in_line',
  connections: 1,
}

/** `/demos/one2one.html`, which publishes to the media server and plays from it. */
export const ONE2ONE: Demo<SrsState> = {
  name: 'one2one',
  parameter: 'room',
  waiting: 'joined',
  calling: 'in_call',
  called: 'in_call',
  alone: 'joined',
  left: 'left',
  full: 'full',
  connections: 2,
}
