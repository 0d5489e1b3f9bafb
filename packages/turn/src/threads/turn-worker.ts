import { createLogger, DuetError, systemClock } from '@duet/base'
import { waitForWakeUp } from '@duet/datagrams'
import { familyOf, ipOf, portOf, type IpFamily } from '@duet/stun'
import type { Reservation } from '../reservations.ts'
import type { Services } from '../services.ts'
import { openTurnServer, type BoundListener, type TurnServer } from '../turn-server.ts'
import { BucketTable } from './bucket-table.ts'
import { CatchUp } from './catch-up.ts'
import { Neighbours } from './neighbours.ts'
import { RelayTable } from './relay-table.ts'
import { Remote } from './remote.ts'
import type { SharedSocket, ThreadPart } from './thread-part.ts'
import { ThreadQuota } from './thread-quota.ts'
import type { ThreadSetup } from './thread-setup.ts'

/** A port that was reserved in one thread and is given up for another one. */
export interface GivenReservation {
  family: IpFamily
  port: number
  /** Its place in the quota. */
  place: number | undefined
}

/** What a thread has opened. */
export interface OpenedThread {
  listeners: readonly BoundListener[]
  sockets: readonly SharedSocket[]
}

declare const self: Worker

let server: TurnServer | undefined
let services: Services | undefined
let stopWaiting: (() => void) | undefined

const main = new Remote((message) => postMessage(message), {
  open,
  invoke,
  giveReservation,
  async close() {
    stopWaiting?.()
    await server?.close()
    return server?.stats()
  },
})
const quota = new ThreadQuota(main)
const catchUp = new CatchUp(() => main.call('catchUp'), systemClock)
self.onmessage = ({ data }: MessageEvent<unknown>) => main.handle(data)

/** Starts the server of this thread. */
async function open(setup: ThreadSetup): Promise<OpenedThread> {
  const { thread, options, memory, sharing, inherited, logLevel } = setup
  const neighbours = new Neighbours({
    thread,
    table: new RelayTable(memory.table),
    outgoing: new Map(memory.rings[thread]?.entries()),
    incoming: memory.rings.flatMap((row) => row[thread] ?? []),
    wakeUps: memory.wakeUps,
  })
  const buckets = new BucketTable(memory.buckets)
  const part: ThreadPart = {
    thread,
    sharing,
    inherited,
    sockets: [],
    quota,
    findCells: (owner, key) => buckets.find(`${owner} ${key}`),
    answerCounts: memory.answerCounts,
    table: new RelayTable(memory.table),
    neighbours,
    fetchReservation,
    catchUp: (callback) => catchUp.add(callback),
    attach(attached) {
      services = attached
      neighbours.onPacket = (packet, from, to) =>
        attached.relays.find(to)?.onPeerPacket(packet, from)
    },
  }
  const wakeUp = memory.wakeUps[thread]
  if (wakeUp !== undefined) {
    stopWaiting = await waitForWakeUp(wakeUp, () => neighbours.handleWake())
  }
  const logger = createLogger(logLevel, (record) => main.note('log', record))
  server = await openTurnServer({ ...options, logger }, part)
  return { listeners: server.listeners, sockets: part.sockets }
}

/** Calls a method of the server, whichever it has. */
function invoke(method: keyof TurnServer, args: unknown[]): unknown {
  const called = server?.[method] as ((...all: unknown[]) => unknown) | undefined
  if (typeof called !== 'function') throw new DuetError('no-method', `there is no ${method}`)
  return called(...args)
}

/** Another thread was asked for a port that was reserved here. */
function giveReservation(token: Uint8Array, userId: string): GivenReservation | undefined {
  const reservation = services?.reservations.take(token, userId)
  if (!reservation) return undefined
  const { relay, release } = reservation
  relay.close()
  return {
    family: familyOf(ipOf(relay.local)),
    port: portOf(relay.local),
    place: quota.handOver(release),
  }
}

async function fetchReservation(
  token: Uint8Array,
  userId: string,
): Promise<Reservation | undefined> {
  const given = (await main.call('fetchReservation', token.slice(), userId)) as
    | GivenReservation
    | undefined
  if (given?.place === undefined) return undefined
  const release = quota.hold(given.place)
  const relay = await services?.relays.openAt(given.family, given.port)
  if (relay) return { relay, userId, release }
  release()
  return undefined
}
