import type { MediaFrame, StreamReaderOptions } from '@duet/media'
import type { StreamSource } from '../capture-tools.ts'

/** Streams whose frames a test says. */
export class FakeStreams implements StreamSource {
  readonly #readers = new Map<string, Set<StreamReaderOptions>>()
  /** Streams of which a key frame was asked for, in order. */
  readonly keyFrameRequests: string[] = []

  /** Streams that somebody else publishes than their members. */
  readonly taken = new Set<string>()

  /** Names of the streams that are read. */
  get open(): string[] {
    return [...this.#readers].filter(([, readers]) => readers.size > 0).map(([name]) => name)
  }

  /** How many read this stream. */
  readersOf(stream: string): number {
    return this.#readers.get(stream)?.size ?? 0
  }

  read(stream: string, options: StreamReaderOptions) {
    const readers = this.#readers.get(stream) ?? new Set()
    this.#readers.set(stream, readers.add(options))
    return {
      requestKeyFrame: () => void this.keyFrameRequests.push(stream),
      close: () => void readers.delete(options),
    }
  }

  isByAnother(stream: string, member: string): boolean {
    return stream.endsWith(`/${member}`) && this.taken.has(stream)
  }

  /** Whoever published it does so no more. */
  leave(stream: string): void {
    for (const { onGap } of this.#readers.get(stream) ?? []) onGap?.()
  }

  /** Somebody publishes a frame: these bytes. */
  send(stream: string, text = 'frame', more: Partial<MediaFrame> = {}): void {
    const frame: MediaFrame = {
      kind: 'video',
      codec: 'VP8',
      data: new TextEncoder().encode(text),
      isKeyFrame: true,
      timeMs: 0,
      ...more,
    }
    for (const { onFrame } of this.#readers.get(stream) ?? []) onFrame(frame)
  }
}
