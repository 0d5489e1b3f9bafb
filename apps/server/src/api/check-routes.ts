import { isIP } from 'node:net'
import { addressGroup } from '../bounds/address-group.ts'
import { BoundedBuckets } from '../bounds/bounded-buckets.ts'
import type { CheckServices } from '../checks/check-services.ts'
import { CHECK_RATE } from '../checks/limits.ts'
import { ApiError, notFound } from './api-error.ts'
import { badField, text } from './fields.ts'
import type { ApiRequest, ApiRoutes } from './route.ts'

/** Longer than ICE allows (RFC 8839 §5.4). */
const MAX_CREDENTIAL_LENGTH = 256
const MAX_ADDRESS_LENGTH = 64

/** What `/check` and `duet doctor` ask of the server that they check. */
export function checkRoutes(services: CheckServices): ApiRoutes {
  const { media, version, openTo, isLimited, clock } = services
  const rates = isLimited ? new BoundedBuckets(CHECK_RATE, clock) : undefined
  const take = ({ context }: ApiRequest): void => {
    if (!rates || rates.take(addressGroup(context.address))) return
    throw new ApiError('rate-limited', 'Too many checks.', { retryAfterMs: rates.refillMs })
  }
  return [
    {
      method: 'GET',
      path: '/api/check',
      access: 'anyone',
      handle: ({ context }, identity) =>
        Promise.resolve({
          status: 200,
          json: {
            version,
            now: clock.now(),
            address: context.address,
            host: context.host,
            isSecure: context.isSecure,
            mediaPort: media?.port ?? null,
            mayTryMedia: media !== undefined && isAllowed(openTo, identity !== undefined),
          },
        }),
    },
    {
      method: 'POST',
      path: '/api/check/media',
      access: 'anyone',
      handle(request, identity) {
        if (!media) return Promise.reject(notFound())
        if (!isAllowed(openTo, identity !== undefined)) {
          return Promise.reject(new ApiError('not-signed-in', 'Log in first.'))
        }
        take(request)
        const stream = media.streams.open()
        if (!stream) {
          const message = 'Too many try the media server now.'
          return Promise.reject(new ApiError('rate-limited', message, { retryAfterMs: 10_000 }))
        }
        return Promise.resolve({ status: 201, json: stream })
      },
    },
    {
      method: 'POST',
      path: '/api/check/network',
      access: 'anyone',
      async handle(request) {
        if (!media) throw notFound()
        const ip = text(request, 'ip', MAX_ADDRESS_LENGTH)
        if (isIP(ip) === 0) throw badField('ip')
        const client = {
          ip,
          port: portIn(request),
          ufrag: text(request, 'ufrag', MAX_CREDENTIAL_LENGTH),
          pwd: text(request, 'pwd', MAX_CREDENTIAL_LENGTH),
        }
        take(request)
        const outcome = await media.probe.ask(client, request.context.address)
        return { status: 200, json: outcome }
      },
    },
  ]
}

function isAllowed(openTo: CheckServices['openTo'], isLoggedIn: boolean): boolean {
  return openTo === 'everyone' || isLoggedIn
}

/** Nothing else than a client's own port is below 1024, or might be a service's. */
function portIn({ body }: ApiRequest): number {
  const port = body.get('port')
  if (typeof port === 'number' && Number.isInteger(port) && port >= 1024 && port <= 65_535) {
    return port
  }
  throw badField('port')
}
