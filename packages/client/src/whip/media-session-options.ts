import { silentLogger, systemClock, type Clock, type Logger } from '@duet/base'
import type { FetchLike } from './http-resource.ts'
import { mediaEndpoint, type MediaDirection } from './media-address.ts'
import type { MediaSessionOptions } from './media-session.ts'

/** What publishing and playing have in common. */
export interface MediaOptions {
  /** Bearer token (RFC 6750), where the server wants one. */
  token?: string | undefined
  /** Besides those that the server names. */
  iceServers?: RTCIceServer[] | undefined
  iceTransportPolicy?: RTCIceTransportPolicy | undefined
  logger?: Logger | undefined
}

/** What a session stands on; tests bring their own. */
export interface MediaEnvironment {
  clock: Clock
  fetch: FetchLike
  random: () => number
}

export const BROWSER: MediaEnvironment = {
  clock: systemClock,
  fetch: (url, init) => fetch(url, init),
  random: Math.random,
}

/** The part of a session's options that follows from what was asked for. */
export function sessionOptions(
  url: string,
  direction: MediaDirection,
  { options, environment }: { options: MediaOptions; environment: MediaEnvironment },
): Omit<MediaSessionOptions, 'prepare' | 'onState'> {
  const { iceServers, iceTransportPolicy, logger = silentLogger, token } = options
  return {
    endpoint: mediaEndpoint(url, direction),
    token,
    configuration: {
      ...(iceServers && { iceServers }),
      ...(iceTransportPolicy && { iceTransportPolicy }),
    },
    logger,
    ...environment,
  }
}
