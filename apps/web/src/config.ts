import type { ServerAddresses } from './state/addresses.ts'

/** What the server says about itself in the page. */
export interface PageConfig {
  addresses: ServerAddresses
  /** Browsers don't trust its certificate by themselves. */
  selfSigned: boolean
}

const NOTHING_KNOWN: PageConfig = {
  addresses: { best: null, lan: [], public: null },
  selfSigned: false,
}

/** Reads the JSON that the server put into the page; a missing one means that nothing is known. */
export function readConfig(json: string | null | undefined): PageConfig {
  if (!json) return NOTHING_KNOWN
  return { ...NOTHING_KNOWN, ...(JSON.parse(json) as Partial<PageConfig>) }
}
