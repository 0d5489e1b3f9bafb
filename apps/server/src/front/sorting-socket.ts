import type { CancelTimer, Clock } from '@duet/base'
import { FirstBytesReader, type FirstBytes } from './first-bytes.ts'
import type { GuestStream } from './guests.ts'
import type { PipeSocket } from './pipe.ts'

/** What a connection was found to speak. */
export type Found = Exclude<FirstBytes, { kind: 'incomplete' }>

/** Where a connection is handed to once it is known what it speaks; undefined: it is cut. */
export type Sort = (found: Found, first: Uint8Array) => GuestStream | undefined

type State =
  | { name: 'unknown'; reader: FirstBytesReader; stopWaiting: CancelTimer }
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
    this.#state = { name: 'unknown', reader: new FirstBytesReader(), stopWaiting }
  }

  handleData(chunk: Uint8Array): void {
    const state = this.#state
    if (state.name === 'sorted') state.stream.handleData(chunk)
    if (state.name !== 'unknown') return
    const found = state.reader.read(chunk)
    if (found.kind === 'incomplete') return
    state.stopWaiting()
    const stream = this.#sort(found, state.reader.bytes)
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
