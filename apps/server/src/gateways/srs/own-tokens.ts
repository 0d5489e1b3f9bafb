/** Gives members what proves to the media server that a stream of their label is theirs (SG20). */
export interface OwnTokens {
  /** Undefined: this server wants no such proof. `room`: as the hub knows it. */
  ownToken(own: { room: string; member: string; label: string }): string | undefined
}
