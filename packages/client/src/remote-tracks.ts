/**
 * What comes from the peer, as one stream with one picture. A peer may send several, as a
 * camera and a screen: the one that came last and is running is shown. The stream says `addtrack`
 * when it is another one than before.
 */
export class RemoteTracks {
  readonly #onStream: (stream: MediaStream) => void
  readonly #pictures: MediaStreamTrack[] = []
  readonly #sounds: MediaStreamTrack[] = []
  #stream = new MediaStream()
  #shown: MediaStreamTrack | undefined
  #isTold = false

  /** `onStream` gets the stream, and another one in its place when a sound comes later. */
  constructor(onStream: (stream: MediaStream) => void) {
    this.#onStream = onStream
  }

  get stream(): MediaStream {
    return this.#stream
  }

  /** Whether the stream was told; before, its tracks may change without a word. */
  get isTold(): boolean {
    return this.#isTold
  }

  add(track: MediaStreamTrack): void {
    if (track.kind === 'audio') return this.#addSound(track)
    if (this.#pictures.includes(track)) return
    this.#pictures.push(track)
    track.onmute = track.onunmute = track.onended = () => this.#show()
    this.#show()
  }

  /** It is known what the peer may send. */
  tell(): void {
    if (this.#isTold) return
    this.#isTold = true
    this.#onStream(this.#stream)
  }

  close(): void {
    for (const track of this.#pictures) track.onmute = track.onunmute = track.onended = null
  }

  #addSound(track: MediaStreamTrack): void {
    if (this.#sounds.includes(track)) return
    this.#sounds.push(track)
    if (!this.#isTold) return this.#stream.addTrack(track)
    // Whoever plays the sound by itself took the tracks out when the stream was told.
    this.#stream = new MediaStream([...this.#sounds, ...(this.#shown ? [this.#shown] : [])])
    this.#onStream(this.#stream)
  }

  #show(): void {
    const running = this.#pictures.filter(
      ({ muted, readyState }) => !muted && readyState !== 'ended',
    )
    const next = running.at(-1) ?? this.#shown ?? this.#pictures[0]
    if (!next || next === this.#shown) return
    if (this.#shown) this.#stream.removeTrack(this.#shown)
    this.#shown = next
    this.#stream.addTrack(next)
    // Browsers tell of tracks that they add themselves, not of these (Media Capture §4.2.2).
    if (this.#isTold) this.#stream.dispatchEvent(new Event('addtrack'))
  }
}
