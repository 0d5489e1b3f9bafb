import { normalizeRoomName } from '@duet/protocol'
import { livePath } from '../captures/broadcast.ts'
import type { LiveRooms } from '../captures/live-rooms.ts'
import { notFound } from './api-error.ts'
import type { ApiRoutes } from './route.ts'

/** What viewers need to know of a call that is shown live; undefined: none is here. */
export function liveRoutes(rooms: LiveRooms | undefined): ApiRoutes {
  return [
    {
      method: 'GET',
      path: '/api/live/:room',
      access: 'anyone',
      handle(request) {
        const name = normalizeRoomName(request.param('room'))
        const found = name.ok ? rooms?.find(name.name) : undefined
        if (!found) return Promise.reject(notFound())
        if (found.state === 'over') return Promise.resolve({ status: 200, json: found })
        const { broadcast, viewers } = found
        const { room, members, live } = broadcast.start
        return Promise.resolve({
          status: 200,
          json: {
            state: 'live',
            room,
            startedAt: broadcast.startedAt,
            viewers,
            layout: live?.layout ?? 'inset',
            streams: members.map((member) => ({
              name: member.name,
              play: `/whep/${encodeURIComponent(room)}/${encodeURIComponent(member.stream)}`,
            })),
            hls:
              broadcast.playlist === undefined
                ? null
                : `${livePath(room)}/hls/${broadcast.playlist}`,
          },
        })
      },
    },
  ]
}
