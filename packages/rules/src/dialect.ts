/** What a client can say; older dialects have fewer words. */
export interface Dialect {
  name: string
  /** Its offer may wait in the room for a newcomer. */
  leavesOffers: boolean
  /** It says whether it hears a member that the server lost. */
  tellsHearing: boolean
}
