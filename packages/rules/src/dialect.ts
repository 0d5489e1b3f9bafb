/** What a client can say; older dialects have fewer words. */
export interface Dialect {
  name: string
  /** Its offer may wait in the room for a newcomer. */
  leavesOffers: boolean
  /** It says whether it hears a member that the server lost. */
  tellsHearing: boolean
  /** Its media goes through the media server alone, under labels (R15), and it can show no token. */
  streamsByLabel?: boolean
  /** It asks its person for consent to being recorded or broadcast (B1). */
  canConsent?: boolean
}
