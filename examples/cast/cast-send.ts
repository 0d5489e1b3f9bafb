import { release } from '../page/capture.ts'
import { element } from '../page/element.ts'
import { translatePage } from '../page/language.ts'
import { showStream } from '../page/video.ts'
import { normalizeCode } from './code.ts'
import { withServers } from './ice-config.ts'
import { Link } from './link.ts'
import { next, type SenderAction, type SenderEvent, type SenderState } from './sender-state.ts'
import { openSocket, type SenderSocket } from './socket-io.ts'
import { canShareScreen, capture, isPressMissing, type Source } from './source.ts'
import { senderWords } from './words.ts'

// Sends a screen or a camera to the TV whose code was entered.

/** A server that knows TVs has answered by then. */
const ANSWER_TIMEOUT_MS = 10_000

/** How long nothing may come back before another path is looked for, and how often that is. */
const RESTART_AFTER_MS = 3_000
const RESTART_INTERVAL_MS = 5_000

/** A TV that has not been heard for so long will not come back. */
const GIVE_UP_MS = 30_000

/** After a lost connection the server may take the page for a second sender for a while. */
const JOIN_AGAIN_MS = 2_000

const words = translatePage(senderWords)
type Reason = keyof typeof words.reasons

const codeInput = element('code', HTMLInputElement)
const sourceSelect = element('source', HTMLSelectElement)
const startButton = element('start', HTMLButtonElement)
const stopButton = element('stop', HTMLButtonElement)
const stateText = element('state', HTMLElement)
const preview = element('preview', HTMLVideoElement)

let state: SenderState = 'idle'
/** Why nothing is sent any more. */
let reason: Reason | undefined
let socket: SenderSocket | undefined
let config = withServers(undefined)
let stream: MediaStream | undefined
let link: Link | undefined
let restartedAt = 0
let timer: ReturnType<typeof setTimeout> | undefined

const actions: Record<SenderAction, () => void> = {
  join() {
    void connect()
  },
  'join again'() {
    clearTimeout(timer)
    timer = setTimeout(() => socket?.connected && join(socket), JOIN_AGAIN_MS)
  },
  choose() {
    clearTimeout(timer)
    void choose()
  },
  'open link'() {
    link?.close()
    if (!stream) return
    link = new Link({
      config,
      stream,
      video: preview,
      onCandidate: (iceCandidate) => socket?.emit('RTC_Candidate_Exchange', { iceCandidate }),
      onFlow: () => handle('flow'),
      onSilence: handleSilence,
      onHangUp: () => handle('tv gone', 'gone'),
    })
    showStream(preview, stream)
  },
  offer: () => offer({ isRestart: false }),
  restart: () => offer({ isRestart: true }),
  leave() {
    clearTimeout(timer)
    link?.close()
    link = undefined
    release(stream)
    stream = undefined
    socket?.disconnect()
    socket = undefined
  },
}

/** The server first: whether there is such a TV is known before the browser asks anything. */
async function connect(): Promise<void> {
  const opened = await openSocket<SenderSocket>().catch(() => undefined)
  if (!opened) return handle('lost', 'unreachable')
  // Stop may have been pressed meanwhile.
  if (state !== 'joining') return void opened.disconnect()
  socket?.disconnect()
  socket = opened
  timer = setTimeout(() => handle('lost', 'unreachable'), ANSWER_TIMEOUT_MS)
  opened.on('connect', () => join(opened))
  opened.on('JOIN_ROOM_OK', () => handle('accepted'))
  opened.on('JOIN_ROOM_FAILED', (failure) => handle('refused', known(failure?.reason, 'refused')))
  opened.on('CONFIG_FEEDBACK', (feedback) => {
    config = withServers(feedback?.config?.iceServers)
    link?.configure(config)
  })
  opened.on('TV_ANSWER_TO_CLIENT', (answer) => {
    link?.take(answer).catch(() => handle('given up'))
  })
  opened.on('RTC_Candidate_Exchange', (exchange) => {
    if (exchange?.iceCandidate) link?.addCandidate(exchange.iceCandidate)
  })
  opened.on('TV_OFFLINE', (farewell) => handle('tv gone', known(farewell?.reason, 'gone')))
  opened.on('connect_error', () => handle('lost', 'unreachable'))
  opened.on('disconnect', () => handle('lost', 'unreachable'))
}

function join(opened: SenderSocket): void {
  opened.emit('JOIN_ROOM', normalizeCode(codeInput.value))
}

async function choose(): Promise<void> {
  try {
    const captured = await capture(sourceSelect.value as Source)
    // The TV may be gone by now.
    if (state !== 'choosing') return release(captured)
    stream = captured
    // The browser has a button of its own that ends the sharing.
    captured.getVideoTracks()[0]?.addEventListener('ended', () => {
      if (stream === captured) handle('stop')
    })
    handle('chosen')
  } catch (error) {
    handle(isPressMissing(error) ? 'not asked' : 'nothing chosen')
  }
}

function offer({ isRestart }: { isRestart: boolean }): void {
  restartedAt = performance.now()
  link
    ?.offer({ isRestart })
    .then((made) => socket?.emit('CLIENT_OFFER_TO_SERVER', made))
    .catch(() => handle('given up'))
}

function handleSilence(ms: number): void {
  handle(ms < GIVE_UP_MS ? 'silence' : 'given up')
  const isDue = performance.now() - restartedAt >= RESTART_INTERVAL_MS
  if (ms >= RESTART_AFTER_MS && isDue && socket?.connected) handle('no path')
}

/** `told`: why, where the event alone does not say it. */
function handle(event: SenderEvent, told?: Reason): void {
  const step = next(state, event)
  if (!step) return
  state = step.state
  reason = state === 'ended' ? (told ?? known(event, 'gone')) : undefined
  for (const action of step.actions) actions[action]()
  showControls()
}

function known(text: string | undefined, otherwise: Reason): Reason {
  return Object.hasOwn(words.reasons, text ?? '') ? (text as Reason) : otherwise
}

/** What can be pressed follows from the state alone. */
function showControls(): void {
  const isOut = state === 'idle' || state === 'ended'
  stateText.textContent = reason ? words.reasons[reason] : words.states[state]
  stateText.dataset['state'] = state
  codeInput.disabled = !isOut
  sourceSelect.disabled = !isOut
  const hadFocus = document.activeElement
  startButton.disabled = !isOut && state !== 'paused'
  stopButton.disabled = isOut
  // The focus does not stay on a button that can't be pressed.
  if (hadFocus === startButton && startButton.disabled) stopButton.focus()
  if (hadFocus === stopButton && stopButton.disabled) startButton.focus()
  element('stage', HTMLElement).hidden = !stream
}

codeInput.value = new URLSearchParams(location.search).get('code') ?? ''
if (!canShareScreen()) {
  sourceSelect.value = 'camera'
  element('screen', HTMLOptionElement).disabled = true
  element('no-screen', HTMLElement).hidden = false
}
element('cast', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  handle('start')
})
stopButton.addEventListener('click', () => handle('stop'))
showControls()
