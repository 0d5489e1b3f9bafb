import { SerialQueue } from '@duet/base'
import { MAX_WAITING_BYTES } from '../limits.ts'
import type { RecordingFault } from '../recording.ts'
import { OpenFile } from './open-file.ts'

export interface AppendFileOptions {
  path: string
  /** Told once: nothing is written from then on, and what was written before is whole. */
  onFault: (fault: RecordingFault, cause: unknown) => void
}

/** A file that grows in the background, whose beginning can be replaced. */
export class AppendFile {
  readonly #options: AppendFileOptions
  readonly #queue = new SerialQueue()
  #file: OpenFile | undefined
  #waitingBytes = 0
  #wholeBytes = 0
  #hasFault = false
  #isBroken = false

  constructor(options: AppendFileOptions) {
    this.#options = options
    this.#enqueue(0, async () => {
      this.#file = await OpenFile.open(options.path, 'w+')
    })
  }

  /** Written so far, without what waits. */
  get bytes(): number {
    return this.#wholeBytes
  }

  append(bytes: Uint8Array): void {
    this.#enqueue(bytes.length, async (file) => {
      await file?.write(bytes, this.#wholeBytes)
      this.#wholeBytes += bytes.length
    })
  }

  replaceHead(bytes: Uint8Array): void {
    this.#enqueue(bytes.length, async (file) => {
      await file?.write(bytes, 0)
      this.#wholeBytes = Math.max(this.#wholeBytes, bytes.length)
    })
  }

  /** Resolves when all is written that can be, and the file is closed. */
  async close(): Promise<void> {
    await this.#queue.add(async () => {
      const file = this.#file
      this.#file = undefined
      await file?.close().catch(() => {})
    })
  }

  #enqueue(length: number, job: (file: OpenFile | undefined) => Promise<void>): void {
    if (this.#hasFault) return
    if (this.#waitingBytes + length > MAX_WAITING_BYTES) {
      this.#fail('disk-slow', undefined)
      return
    }
    this.#waitingBytes += length
    void this.#queue.add(async () => {
      try {
        // What waited when the disk was found slow is written still.
        if (!this.#isBroken) await job(this.#file)
      } catch (cause) {
        this.#isBroken = true
        await this.#file?.truncate(this.#wholeBytes).catch(() => {})
        this.#fail(isFull(cause) ? 'disk-full' : 'disk-failed', cause)
      }
      this.#waitingBytes -= length
    })
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
