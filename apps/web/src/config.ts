import type { ServerAddresses } from './state/addresses.ts'

/** What devices can be told to trust, as they show it. */
export interface ServerRoot {
  name: string
  /** SHA-256, in pairs of hexadecimal digits. */
  fingerprint: string
  /** Milliseconds since the epoch. */
  endsAt: number
  /** Over plain HTTP, for devices that don't trust it yet. */
  origin: string | null
}

/** What the server says about itself in the page. */
export interface PageConfig {
  addresses: ServerAddresses
  /** Browsers don't trust its certificate by themselves. */
  selfSigned: boolean
  /** The server's own authority, where it has one. */
  root: ServerRoot | null
}

const NOTHING_KNOWN: PageConfig = {
  addresses: { best: null, lan: [], public: null },
  selfSigned: false,
  root: null,
}

/** Reads the JSON that the server put into the page; a missing one means that nothing is known. */
export function readConfig(json: string | null | undefined): PageConfig {
  if (!json) return NOTHING_KNOWN
  return { ...NOTHING_KNOWN, ...(JSON.parse(json) as Partial<PageConfig>) }
}
