import { join } from 'node:path'
import type { Clock } from '@duet/base'
import { normalizeRoomName } from '@duet/protocol'
import { addressGroup } from '../bounds/address-group.ts'
import { BoundedBuckets } from '../bounds/bounded-buckets.ts'
import type { RequestContext } from '../front/socket.ts'
import { mediaTypeOf } from '../http/media-types.ts'
import { LIVE_FILE_RATE } from './limits.ts'
import type { LiveRooms } from './live-rooms.ts'

const ADDRESS = /^\/live\/([^/]+)\/hls\/([^/]+)$/

/** Names that files of a broadcast can have. */
const FILE_NAME = /^[\w-]{1,64}\.(?:m3u8|ts)$/

/** UTF-16 units of what browsers say of themselves: tells viewers behind one address apart. */
const MAX_AGENT_LENGTH = 200

/** Answers GET and HEAD of a broadcast's playlist and segments; undefined: the address is none of these. */
export type LiveFiles = (context: RequestContext) => Response | Promise<Response> | undefined

/** Serves what ffmpeg makes of calls that are shown live, and only as long as they are. */
export function createLiveFiles(
  rooms: LiveRooms | undefined,
  clock: Clock,
  isLimited: boolean,
): LiveFiles {
  const rates = isLimited ? new BoundedBuckets(LIVE_FILE_RATE, clock) : undefined
  return ({ url, address, headers }) => {
    const [, room = '', name = ''] = ADDRESS.exec(url.pathname) ?? []
    if (room === '') return undefined
    if (rates?.take(addressGroup(address)) === false) return refuse(429, 'Too many requests')
    const key = roomOf(room)
    const found = key === undefined ? undefined : rooms?.find(key)
    if (key === undefined || found?.state !== 'live' || !FILE_NAME.test(name)) return nothing()
    const isPlaylist = name.endsWith('.m3u8')
    if (isPlaylist) {
      const agent = headers.get('user-agent')?.slice(0, MAX_AGENT_LENGTH) ?? ''
      rooms?.sawViewer(key, `${address} ${agent}`)
    }
    return send(join(found.broadcast.hlsDirectory, name), isPlaylist)
  }
}

async function send(path: string, isPlaylist: boolean): Promise<Response> {
  const file = Bun.file(path)
  if (!(await file.exists())) return nothing()
  return new Response(file, {
    headers: {
      'content-type': isPlaylist ? mediaTypeOf(path) : 'video/mp2t',
      // The next broadcast of the room begins with the same names, and this one is nobody's afterwards.
      'cache-control': 'no-store',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** The room's one spelling. */
function roomOf(written: string): string | undefined {
  try {
    const result = normalizeRoomName(decodeURIComponent(written))
    return result.ok ? result.name : undefined
  } catch {
    return undefined
  }
}

function nothing(): Response {
  return refuse(404, 'Nothing is shown here now')
}

function refuse(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { 'cache-control': 'no-store' } })
}
