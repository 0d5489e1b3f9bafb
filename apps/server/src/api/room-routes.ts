import { randomBytes } from 'node:crypto'
import { normalizeRoomName } from '@duet/protocol'
import { callOfLegRoom } from '@duet/rules'
import type { OpenedRoom } from '../store/room-store.ts'
import { ApiError, notFound } from './api-error.ts'
import { badField, optionalFlag, optionalText } from './fields.ts'
import type { ApiRequest, ApiRoutes } from './route.ts'
import type { ApiServices } from './services.ts'

/** Rooms that one account may have open. */
const MAX_OPENED_ROOMS = 100

/** Bytes of a name that the server makes. */
const NAME_BYTES = 10

/** Rooms that this user opened, with a waiting room or a validity (docs/protocol.md, W). */
export function roomRoutes({
  store: { rooms },
  clock,
  onRoomClosed,
}: Pick<ApiServices, 'store' | 'clock' | 'onRoomClosed'>): ApiRoutes {
  return [
    {
      method: 'GET',
      path: '/api/rooms',
      access: 'user',
      async handle(_request, { user }) {
        return { status: 200, json: { rooms: (await rooms.roomsOf(user.id)).map(toJson) } }
      },
    },
    {
      method: 'POST',
      path: '/api/rooms',
      access: 'user',
      async handle(request, { user }) {
        const { length } = await rooms.roomsOf(user.id)
        if (length >= MAX_OPENED_ROOMS) {
          throw new ApiError('not-allowed', `At most ${MAX_OPENED_ROOMS} rooms are open at once.`)
        }
        const room: OpenedRoom = {
          name: nameIn(request),
          owner: user.id,
          hasWaitingRoom: optionalFlag(request, 'hasWaitingRoom') ?? false,
          ...validityIn(request),
          createdAt: clock.now(),
        }
        await rooms.open(room)
        return { status: 201, json: { room: toJson(room) } }
      },
    },
    {
      method: 'DELETE',
      path: '/api/rooms/:name',
      access: 'user',
      async handle(request, { user }) {
        const result = normalizeRoomName(request.param('name'))
        if (!result.ok || !(await rooms.close(user.id, result.name))) throw notFound()
        onRoomClosed(result.name)
        return { status: 204 }
      },
    },
  ]
}

function nameIn(request: ApiRequest): string {
  const written = optionalText(request, 'name')
  if (written === undefined) return randomBytes(NAME_BYTES).toString('hex')
  const result = normalizeRoomName(written)
  if (!result.ok || callOfLegRoom(result.name)) throw badField('name')
  return result.name
}

function validityIn(request: ApiRequest): Pick<OpenedRoom, 'validFrom' | 'validUntil'> {
  const validFrom = timeIn(request, 'validFrom')
  const validUntil = timeIn(request, 'validUntil')
  if (validFrom !== null && validUntil !== null && validUntil <= validFrom) {
    throw badField('validUntil')
  }
  return { validFrom, validUntil }
}

/** Milliseconds since the epoch; null: no limit. */
function timeIn({ body }: ApiRequest, name: string): number | null {
  const value = body.get(name) ?? null
  if (value === null) return null
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw badField(name)
}

function toJson({ name, hasWaitingRoom, validFrom, validUntil, createdAt }: OpenedRoom): object {
  return { name, hasWaitingRoom, validFrom, validUntil, createdAt }
}
