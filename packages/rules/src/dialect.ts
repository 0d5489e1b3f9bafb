import type { CapturePurpose } from './notice.ts'

/** What a client can say; older dialects have fewer words. */
export interface Dialect {
  name: string
  /** Its offer may wait in the room for a newcomer. */
  leavesOffers: boolean
  /** It says whether it hears a member that the server lost. */
  tellsHearing: boolean
  /** Its media goes through the media server alone, under labels (R15), and it can show no token. */
  streamsByLabel?: boolean
  /** What it asks its person for consent to (B1); absent: nothing. */
  consentsTo?: readonly CapturePurpose[]
}
