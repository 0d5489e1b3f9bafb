import type { Rate } from '../bounds/rate.ts'

/** Bounds on casts; the unlimited ones are for benchmarks. */
export interface CastLimits {
  /** Codes that are remembered, those that are over included. */
  maxCodes: number
  /** New codes of one address: a school whose power comes back has all its screens at once. */
  openRate: Rate
  /** Wrong codes of one address; past it right ones are refused as well. */
  wrongCodeRate: Rate
}

export const CAST_LIMITS: CastLimits = {
  maxCodes: 20_000,
  openRate: { perSecond: 1, burst: 500 },
  wrongCodeRate: { perSecond: 0.1, burst: 10 },
}

const unlimitedRate: Rate = {
  perSecond: Number.MAX_SAFE_INTEGER,
  burst: Number.MAX_SAFE_INTEGER,
}

export const CAST_UNLIMITED: CastLimits = {
  maxCodes: Infinity,
  openRate: unlimitedRate,
  wrongCodeRate: unlimitedRate,
}
