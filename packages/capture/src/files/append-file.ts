import { MAX_WAITING_BYTES } from '../limits.ts'
import type { RecordingFault } from '../recording.ts'
import { OpenFile } from './open-file.ts'
import { WriteBuffers } from './write-buffers.ts'

export interface AppendFileOptions {
  path: string
  /** Told once: nothing is written from then on, and what was written before is whole. */
  onFault: (fault: RecordingFault, cause: unknown) => void
}

/** What is to be written: at the end, or in place of the beginning. */
interface Chunk {
  bytes: Buffer
  /** Of those bytes. */
  length: number
  isHead: boolean
}

const buffers = new WriteBuffers()

/** A file that grows in the background, whose beginning can be replaced. */
export class AppendFile {
  readonly #options: AppendFileOptions
  readonly #waiting: Chunk[] = []
  #waitingBytes = 0
  /** Undefined while nothing waits. */
  #working: Promise<void> | undefined
  #file: OpenFile | undefined
  #wholeBytes = 0
  #hasFault = false
  #isClosed = false

  constructor(options: AppendFileOptions) {
    this.#options = options
    this.#working = this.#work()
  }

  /** Written so far, without what waits. */
  get bytes(): number {
    return this.#wholeBytes
  }

  /** So many bytes, which `write` puts there at once. */
  append(length: number, write: (bytes: Buffer) => void): void {
    const bytes = buffers.take(length)
    write(bytes)
    this.#enqueue({ bytes, length, isHead: false })
  }

  replaceHead(head: Uint8Array): void {
    const bytes = Buffer.from(head.buffer, head.byteOffset, head.length)
    this.#enqueue({ bytes, length: bytes.length, isHead: true })
  }

  /** Resolves when all is written that can be, and the file is closed; it takes nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#working
    const file = this.#file
    this.#file = undefined
    await file?.close().catch(() => {})
  }

  #enqueue(chunk: Chunk): void {
    if (this.#hasFault || this.#isClosed) return
    if (this.#waitingBytes + chunk.length > MAX_WAITING_BYTES) {
      this.#fail('disk-slow', undefined)
      return
    }
    this.#waitingBytes += chunk.length
    this.#waiting.push(chunk)
    this.#working ??= this.#work()
  }

  async #write(file: OpenFile, { bytes, length, isHead }: Chunk): Promise<void> {
    await file.write(bytes, isHead ? 0 : this.#wholeBytes, length)
    if (isHead) this.#wholeBytes = Math.max(this.#wholeBytes, length)
    else {
      this.#wholeBytes += length
      buffers.giveBack(bytes)
    }
  }

  /** Opens the file if it is not, and writes what waits. */
  async #work(): Promise<void> {
    try {
      this.#file ??= await OpenFile.open(this.#options.path, 'w+')
      for (let chunk = this.#waiting[0]; chunk; chunk = this.#waiting[0]) {
        // What waited when the disk was found slow is written still.
        await this.#write(this.#file, chunk)
        this.#waiting.shift()
        this.#waitingBytes -= chunk.length
      }
    } catch (cause) {
      this.#waiting.length = 0
      await this.#file?.truncate(this.#wholeBytes).catch(() => {})
      try {
        this.#fail(isFull(cause) ? 'disk-full' : 'disk-failed', cause)
      } catch {
        // Whoever waits for the file goes on, whatever hears of its fault.
      }
    }
    this.#working = undefined
  }

  #fail(fault: RecordingFault, cause: unknown): void {
    if (this.#hasFault) return
    this.#hasFault = true
    this.#options.onFault(fault, cause)
  }
}

function isFull(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG'
}
