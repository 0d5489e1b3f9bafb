import type { CancelTimer, Clock } from '@duet/base'
import { MAX_HELLO_BYTES, readFirstBytes, type FirstBytes } from './first-bytes.ts'
import type { GuestStream } from './guests.ts'
import type { PipeSocket } from './pipe.ts'

/** Where a connection is handed to once it is known what it speaks; undefined: it is cut. */
export type Sort = (
  found: Exclude<FirstBytes, { kind: 'incomplete' }>,
  first: Uint8Array,
) => GuestStream | undefined

type State =
  | { name: 'unknown'; bytes: Uint8Array; stopWaiting: CancelTimer }
  | { name: 'sorted'; stream: GuestStream }
  | { name: 'closed' }

/** Who says nothing for so long is cut, in milliseconds. */
const FIRST_BYTES_TIMEOUT_MS = 10_000

/** A connection whose first bytes say whose it is. */
export class SortingSocket {
  readonly #socket: Pick<PipeSocket, 'terminate'>
  readonly #sort: Sort
  #state: State

  constructor(socket: Pick<PipeSocket, 'terminate'>, sort: Sort, clock: Clock) {
    this.#socket = socket
    this.#sort = sort
    const stopWaiting = clock.after(FIRST_BYTES_TIMEOUT_MS, () => this.close())
    this.#state = { name: 'unknown', bytes: new Uint8Array(), stopWaiting }
  }

  handleData(chunk: Uint8Array): void {
    const state = this.#state
    if (state.name === 'sorted') state.stream.handleData(chunk)
    if (state.name !== 'unknown') return
    state.bytes = state.bytes.length === 0 ? chunk.slice() : Buffer.concat([state.bytes, chunk])
    const found = readFirstBytes(state.bytes)
    if (found.kind === 'incomplete') {
      if (state.bytes.length > MAX_HELLO_BYTES) this.close()
      return
    }
    state.stopWaiting()
    const stream = this.#sort(found, state.bytes)
    // Who takes it may have ended it already.
    if (!stream || this.#isClosed()) this.close()
    else this.#state = { name: 'sorted', stream }
  }

  handleDrain(): void {
    if (this.#state.name === 'sorted') this.#state.stream.handleDrain()
  }

  /** The connection is gone. Idempotent. */
  handleClose(): void {
    const state = this.#state
    this.#state = { name: 'closed' }
    if (state.name === 'unknown') state.stopWaiting()
    if (state.name === 'sorted') state.stream.handleClose()
  }

  /** Cuts it. Idempotent. */
  close(): void {
    if (this.#isClosed()) return
    this.handleClose()
    this.#socket.terminate()
  }

  #isClosed(): boolean {
    return this.#state.name === 'closed'
  }
}
