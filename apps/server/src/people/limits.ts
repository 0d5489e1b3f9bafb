import type { Rate } from '../bounds/rate.ts'

/** Bounds on what users may use. */
export interface PeopleLimits {
  /** Devices that attend, in all. */
  maxDevices: number
  /** Devices of one user; one more takes the place of the one that is away for the longest. */
  maxDevicesPerUser: number
  /** Calls that one user places. */
  userCallRate: Rate
  /** Messages of one user. */
  userMessageRate: Rate
}

export const PEOPLE_LIMITS: PeopleLimits = {
  maxDevices: 20_000,
  maxDevicesPerUser: 20,
  userCallRate: { perSecond: 0.5, burst: 20 },
  userMessageRate: { perSecond: 2, burst: 60 },
}

const unlimitedRate: Rate = {
  perSecond: Number.MAX_SAFE_INTEGER,
  burst: Number.MAX_SAFE_INTEGER,
}

export const PEOPLE_UNLIMITED: PeopleLimits = {
  maxDevices: Infinity,
  maxDevicesPerUser: Infinity,
  userCallRate: unlimitedRate,
  userMessageRate: unlimitedRate,
}

/** People whom an overview lists: with the longest names they fit what a session keeps. */
export const MAX_LISTED_PEOPLE = 1_500

/** Requests of one device that wait for one before them. */
export const MAX_WAITING_REQUESTS = 64

/** Messages of one user that are being kept. */
export const MAX_MESSAGES_UNDERWAY = 64

/** Changes of people that a device hears at once in each interval; the others wait. */
export const PERSONS_PER_INTERVAL = 64

/** That interval: so a session is not overrun when all come back at once. */
export const PERSONS_INTERVAL_MS = 250

/** How long after its start the server waits for the devices of calls that outlived it. */
export const REJOIN_MS = 60_000

/** Things that wait for a lost database; more are given up. */
export const MAX_RETRIES = 10_000

/** How long the one who ends a call waits for it to be kept: not for a lost database. */
export const KEEP_PATIENCE_MS = 1_000

/** How long `close` waits for what is not kept yet: a stop has 4.5 s in all. */
export const CLOSE_MS = 2_000
