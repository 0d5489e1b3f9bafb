import { release } from '../page/capture.ts'
import { element } from '../page/element.ts'
import type { ConnectionOptions, MediaConnection } from './media.ts'
import { sessionUrl } from './streams.ts'
import { httpSession, type HttpSession } from './whip-api.ts'

interface StreamWords {
  ready: string
  connecting: string
  live: string
  lost: string
  badAddress: string
  refused: string
  streamFailed: string
}

export interface StreamPageOptions {
  kind: 'whip' | 'whep'
  words: StreamWords
  /** Shows the stream, or none. */
  show: (stream: MediaStream | undefined) => void
  /** What is sent; rejects when the person or the browser refuses. Absent: nothing. */
  capture?: () => Promise<MediaStream>
  /** Connects; `captured` is what is sent, and `onStream` is called with what is received. */
  connect: (
    options: ConnectionOptions,
    captured: MediaStream | undefined,
    onStream: (stream: MediaStream) => void,
  ) => Promise<MediaConnection>
}

/** idle: nothing is going on. connecting, live: with what has to be closed. */
type State =
  | { name: 'idle' }
  | {
      name: 'connecting' | 'live'
      session: HttpSession
      captured?: MediaStream
      connection?: MediaConnection
    }

/** A stream that is published in the room `live` by default. */
const DEFAULT_PATH = '?app=live&stream=livestream'

/** A page with one stream: `url`, `token` and `autostart` may stand in its address. */
export function runStreamPage(options: StreamPageOptions): void {
  const { kind, words, capture } = options
  const urlInput = element('url', HTMLInputElement)
  const tokenInput = element('token', HTMLInputElement)
  const startButton = element('connect', HTMLButtonElement)
  const stopButton = element('leave', HTMLButtonElement)
  const stateText = element('state', HTMLElement)
  const statusText = element('status', HTMLElement)
  let state: State = { name: 'idle' }

  const say = (sentence: string): void => {
    statusText.textContent = sentence
    stateText.textContent = state.name
    stateText.dataset['state'] = state.name
    startButton.disabled = state.name !== 'idle'
    stopButton.disabled = state.name === 'idle'
    for (const input of [urlInput, tokenInput]) input.disabled = state.name !== 'idle'
  }

  const stop = (sentence: string): void => {
    if (state.name === 'idle') return
    state.connection?.close()
    release(state.captured)
    void state.session.end()
    state = { name: 'idle' }
    options.show(undefined)
    say(sentence)
  }

  const start = async (): Promise<void> => {
    const url = sessionUrl(urlInput.value, kind, location)
    if (state.name !== 'idle') return
    if (url === undefined) return say(words.badAddress)
    const session = httpSession(url, tokenInput.value)
    const own: State = { name: 'connecting', session }
    state = own
    say(words.connecting)
    const captured = await capture?.().catch(() => undefined)
    if (state !== own) return release(captured)
    if (capture && !captured) return stop(words.refused)
    if (captured) {
      own.captured = captured
      options.show(captured)
    }
    const connecting: ConnectionOptions = {
      exchange: session.exchange,
      onConnected() {
        if (state !== own) return
        own.name = 'live'
        say(words.live)
      },
      onLost: () => state === own && stop(words.lost),
    }
    try {
      const connection = await options.connect(connecting, captured, (stream) => {
        if (state === own) options.show(stream)
      })
      if (state === own) own.connection = connection
      else {
        connection.close()
        void session.end()
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (state === own) stop(`${words.streamFailed} ${reason}`)
    }
  }

  const query = new URLSearchParams(location.search)
  urlInput.value = query.get('url') || `${location.origin}/rtc/v1/${kind}/${DEFAULT_PATH}`
  tokenInput.value = query.get('token') ?? ''
  element('stream', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    void start()
  })
  stopButton.addEventListener('click', () => stop(words.ready))
  globalThis.addEventListener('pagehide', () => stop(words.ready))
  say(words.ready)
  if (query.get('autostart') === 'true') void start()
}
