import type { Clock, Logger } from '@duet/base'
import { addressGroup } from '../../bounds/address-group.ts'
import type { Casts } from '../../casts/casts.ts'
import type { CastTokens } from '../../casts/tokens.ts'
import type { Hub } from '../../hub/hub.ts'
import type { OpenIceClient } from '../../ice-servers.ts'
import type { SocketIoClient, SocketIoDialect } from '../../socket-io/dialect.ts'
import type { DialectSocket } from '../../socket-io/dialect-socket.ts'
import { DIALECT_LIMITS, type DialectLimits } from '../dialect-limits.ts'
import { Client } from './client.ts'
import { DIALECT_NAME } from './translate.ts'
import type { Word } from './words.ts'

/** Where variants B and C are spoken beside A. */
const BOXED_NAMESPACE = '/rtc'

export interface CastDialectOptions {
  hub: Hub
  casts: Casts
  tokens: CastTokens
  /** How clients get ICE servers. */
  openIceClient: OpenIceClient
  clock: Clock
  logger: Logger
  limits?: DialectLimits
}

/** A screen on a TV by code, over Socket.IO, as docs/dialects/cast.md specifies it. */
export function createCastDialect(options: CastDialectOptions): SocketIoDialect {
  return {
    namespaces: ['/', BOXED_NAMESPACE],
    welcome: (socket) => welcome(socket, options),
  }
}

function welcome(socket: DialectSocket, options: CastDialectOptions): SocketIoClient {
  const { casts, clock, hub, openIceClient, logger, limits = DIALECT_LIMITS, tokens } = options
  const say = (words: Word[]) => {
    for (const [event, ...args] of words) socket.emit(event, ...args)
  }
  const name = `${DIALECT_NAME}:${socket.id}`
  const ice = openIceClient(name)
  const client = new Client({
    context: {
      hub,
      casts,
      clock,
      limits,
      logger: logger.with({ socket: socket.id }),
      address: addressGroup(socket.context.address),
      name,
      ip: socket.context.address,
      iceServers: () => ice.servers(socket.context),
      say,
    },
    tokens,
    clock,
    say,
    disconnect: () => socket.disconnect(),
    onClosed: () => ice.close(),
  })
  listenToA(socket, client)
  if (socket.namespace === BOXED_NAMESPACE) {
    listenToBoxed(socket, client)
    say([['VERIFY']])
  }
  return client
}

function listenToA(socket: DialectSocket, client: Client): void {
  socket.on('TV_INIT', (said) => client.handleTvInit(said))
  socket.on('JOIN_ROOM', (code) => client.handleJoinRoom(code))
  socket.on('CLIENT_OFFER_TO_SERVER', (data) => client.hear({ kind: 'offer', data }))
  socket.on('TV_ANSWER_TO_SERVER', (data) => client.hear({ kind: 'answer', data }))
  // B boxes it, some TVs of A do not.
  socket.on('RTC_TV_Answer_To_Server', (said) => {
    client.hear({ kind: 'answer', data: inBox(said, 'answer') ?? said })
  })
  socket.on('RTC_Candidate_Exchange', (said) => {
    client.hear({ kind: 'candidate', data: inBox(said, 'iceCandidate') })
  })
}

function listenToBoxed(socket: DialectSocket, client: Client): void {
  socket.on('TV_REGISTER', (said) => client.handleTvRegister(said))
  socket.on('CONNECT_TO_TV', (said) => client.handleConnectToTv(said))
  socket.on('RTC_Client_Offer_To_Server', (said) => {
    client.hear({ kind: 'offer', data: inBox(said, 'offer') })
  })
  socket.on('VERIFY_FEEDBACK', (token) => client.handleVerifyFeedback(token))
  socket.on('CONFIG', () => client.handleConfig())
  socket.on('TV_GETINFO', (said) => client.handleTvGetInfo(said))
}

/** One field of a boxed argument; undefined, when it is something else. */
function inBox(said: unknown, field: string): unknown {
  return typeof said === 'object' && said !== null
    ? (said as Record<string, unknown>)[field]
    : undefined
}
