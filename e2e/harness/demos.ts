import type { Demo } from './demo-calls.ts'

export type RoomState = 'init' | 'joined' | 'joined_conn' | 'joined_unbind' | 'leaved'
export type TopicState = 'init' | 'waiting' | 'in_line' | 'calling' | 'in_call' | 'left'

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
}
