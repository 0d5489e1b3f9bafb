import type { PipeSocket } from './pipe.ts'
import type { Peer } from './peer-book.ts'

/** A connection that speaks something else than HTTP, as its owner is told of it. */
export interface GuestStream {
  handleData(chunk: Uint8Array): void
  /** The socket takes bytes again. */
  handleDrain(): void
  handleClose(): void
}

/** Who takes connections on the HTTPS ports that begin with STUN: the TURN server. */
export interface Guests {
  /** `isSecure`: within TLS. Undefined: there is no room for it. */
  accept(
    socket: Pick<PipeSocket, 'write' | 'terminate'>,
    from: Peer & { isSecure: boolean },
  ): GuestStream | undefined
}
