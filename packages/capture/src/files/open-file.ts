import * as fs from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** A file that is read and written at places. */
export class OpenFile {
  readonly #handle: FileHandle

  private constructor(handle: FileHandle) {
    this.#handle = handle
  }

  /** `w+` begins anew, `r+` is for a file that is there. */
  static async open(path: string, flags: 'w+' | 'r+'): Promise<OpenFile> {
    return new OpenFile(await open(path, flags, 0o600))
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size
  }

  /** Fewer bytes at the end of the file. */
  async read(at: number, length: number): Promise<Uint8Array> {
    const bytes = Buffer.allocUnsafe(length)
    let done = 0
    while (done < length) {
      const { bytesRead } = await this.#handle.read(bytes, done, length - done, at + done)
      if (bytesRead === 0) break
      done += bytesRead
    }
    return bytes.subarray(0, done)
  }

  /** The first `length` bytes. By the descriptor: the handle's own way makes a dozen promises of each. */
  write(bytes: Uint8Array, at: number, length = bytes.length): Promise<void> {
    return new Promise((resolve, reject) => {
      const { fd } = this.#handle
      const writeFrom = (done: number): void =>
        fs.write(fd, bytes, done, length - done, at + done, (error, written) => {
          if (error) reject(error)
          // A disk that becomes full takes a part first, and refuses the rest.
          else if (done + written < length) writeFrom(done + written)
          else resolve()
        })
      writeFrom(0)
    })
  }

  async truncate(length: number): Promise<void> {
    await this.#handle.truncate(length)
  }

  /** Until what was written survives a loss of power. */
  async sync(): Promise<void> {
    await this.#handle.sync()
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}
