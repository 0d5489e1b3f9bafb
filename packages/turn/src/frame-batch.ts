import { copyBytes, type Packet } from '@duet/datagrams'
import { BATCH_BYTES, type TurnWriter, type WriteTurn } from './write-turn.ts'

/** Collects the frames for one connection until the turn ends. */
export class FrameBatch implements TurnWriter {
  readonly #turn: WriteTurn
  /** Bytes that are written at once. */
  readonly #most: number
  readonly #write: (bytes: Uint8Array) => void
  #buffer: Uint8Array | undefined
  #length = 0
  /** Its turn will end. */
  #isAdded = false

  /** `write` gets whole frames, one after the other. */
  constructor(turn: WriteTurn, most: number, write: (bytes: Uint8Array) => void) {
    this.#turn = turn
    this.#most = Math.min(most, BATCH_BYTES)
    this.#write = write
  }

  /** Whether a frame of so many bytes may be added. */
  hasRoom(bytes: number): boolean {
    return this.#length + bytes <= this.#most
  }

  /** Adds a frame; there is room. */
  add({ bytes, start, end }: Packet): void {
    this.#buffer ??= this.#turn.takeBuffer()
    copyBytes(bytes, start, end, this.#buffer, this.#length)
    this.#length += end - start
    if (this.#isAdded) return
    this.#isAdded = true
    this.#turn.add(this)
  }

  /** Writes what was added: something else is to follow it. */
  flush(): void {
    const [buffer, length] = [this.#buffer, this.#length]
    if (!buffer) return
    this.#buffer = undefined
    this.#length = 0
    this.#write(buffer.subarray(0, length))
    this.#turn.giveBuffer(buffer)
  }

  endTurn(): void {
    this.#isAdded = false
    this.flush()
  }

  /** Forgets what was added. */
  clear(): void {
    if (this.#buffer) this.#turn.giveBuffer(this.#buffer)
    this.#buffer = undefined
    this.#length = 0
  }
}
