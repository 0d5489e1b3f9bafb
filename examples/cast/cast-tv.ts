import { element } from '../page/element.ts'
import { translatePage } from '../page/language.ts'
import { spellCode } from './code.ts'
import { withServers } from './ice-config.ts'
import { Link } from './link.ts'
import { drawQrCode } from './qr-code.ts'
import { isSameSession } from './session.ts'
import { openSocket, type Offer, type TvSocket } from './socket-io.ts'
import { next, type TvAction, type TvEvent, type TvState } from './tv-state.ts'
import { keptToken } from './token.ts'
import { tvWords } from './words.ts'

// A screen that shows a code, and then what the sender who entered it sends.

/** How long to wait before the server is asked again, where Socket.IO does not by itself. */
const RETRY_MS = 3_000

/** A server that knows TVs has answered by then. */
const ANSWER_TIMEOUT_MS = 10_000

/** A sender that has not been heard for so long will not come back. */
const GIVE_UP_MS = 30_000

/** More candidates than that come with no offer. */
const MAX_EARLY = 64

/** How long the bar stays over a picture. */
const AWAKE_MS = 4_000

const words = translatePage(tvWords)
const stateText = element('state', HTMLElement)
const codeText = element('code', HTMLElement)
const stopButton = element('stop', HTMLButtonElement)
const soundButton = element('sound', HTMLButtonElement)
const video = element('video', HTMLVideoElement)

let state: TvState = 'offline'
/** Why the last cast ended, until the next one begins. */
let reason: keyof typeof words.reasons | undefined
let socket: TvSocket | undefined
let config = withServers(undefined)
let link: Link | undefined
/** The last offer that was answered. */
let answered: Offer | undefined
/** Candidates of an offer that is still to come. */
let early: RTCIceCandidateInit[] = []
let answerTimer: ReturnType<typeof setTimeout> | undefined
let sleepTimer: ReturnType<typeof setTimeout> | undefined

const actions: Record<TvAction, (offer: Offer | undefined) => void> = {
  'open link'() {
    link?.close()
    link = new Link({
      config,
      video,
      onCandidate: (iceCandidate) => socket?.emit('RTC_Candidate_Exchange', { iceCandidate }),
      onFlow: () => handle('flow'),
      onSilence: (ms) => handle(ms < GIVE_UP_MS ? 'silence' : 'given up'),
      onHangUp: () => handle('left'),
    })
    for (const candidate of early) link.addCandidate(candidate)
    early = []
  },
  answer(offer) {
    if (!link || !offer) return
    answered = offer
    link
      .answer(offer)
      .then((answer) => socket?.emit('TV_ANSWER_TO_SERVER', answer))
      .catch(() => handle('given up'))
  },
  'close link'() {
    link?.close()
    link = undefined
    answered = undefined
    early = []
  },
  'connect again'() {
    socket?.disconnect().connect()
  },
}

async function connect(): Promise<void> {
  const opened = await openSocket<TvSocket>().catch(() => undefined)
  if (!opened) {
    sayUnreachable()
    setTimeout(() => void connect(), RETRY_MS)
    return
  }
  socket = opened
  opened.on('connect', () => {
    opened.emit('TV_INIT', keptToken())
    answerTimer = setTimeout(sayUnreachable, ANSWER_TIMEOUT_MS)
  })
  opened.on('TV_INIT_OK', (code) => {
    clearTimeout(answerTimer)
    showCode(code)
    handle('code')
  })
  opened.on('CONFIG_FEEDBACK', (feedback) => {
    config = withServers(feedback?.config?.iceServers)
    link?.configure(config)
  })
  opened.on('NEW_CLIENT_JOIN', () => handle('joined'))
  opened.on('USER_OFFLINE', () => handle('left'))
  opened.on('CLIENT_OFFER_TO_TV', (offer) => {
    const isRestart = link !== undefined && isSameSession(answered?.sdp, offer.sdp)
    handle(isRestart ? 'restart' : 'offer', offer)
  })
  opened.on('RTC_Candidate_Exchange', (exchange) => {
    const candidate = exchange?.iceCandidate
    if (!candidate) return
    if (link) link.addCandidate(candidate)
    else if (early.length < MAX_EARLY) early.push(candidate)
  })
  opened.on('connect_error', () => {
    sayUnreachable()
    retry(opened)
  })
  opened.on('disconnect', () => {
    clearTimeout(answerTimer)
    handle('lost')
    retry(opened)
  })
}

/** Comes back also where a server sent the page away, which Socket.IO takes for its last word. */
function retry(opened: TvSocket): void {
  if (!opened.active) setTimeout(() => opened.active || opened.connect(), RETRY_MS)
}

function handle(event: TvEvent, offer?: Offer): void {
  const step = next(state, event)
  if (!step) return
  state = step.state
  if (event === 'left' || event === 'stop' || event === 'given up') reason = event
  else if (state !== 'ready' || reason === 'unreachable') reason = undefined
  for (const action of step.actions) actions[action](offer)
  show()
}

function sayUnreachable(): void {
  if (state !== 'offline') return
  reason = 'unreachable'
  show()
}

/** The code as large as it goes, and the way to enter it. */
function showCode(code: string): void {
  element('ways', HTMLElement).hidden = false
  codeText.textContent = code
  codeText.ariaLabel = `${words.code}: ${spellCode(code)}`
  const address = new URL('cast-send.html', location.href)
  const namespace = new URLSearchParams(location.search).get('namespace')
  if (namespace) address.searchParams.set('namespace', namespace)
  element('address', HTMLElement).textContent =
    `${address.host}${address.pathname}${address.search}`
  address.searchParams.set('code', code)
  const qr = document.querySelector<SVGElement>('#qr')
  if (qr) drawQrCode(qr, address.href)
  document.body.classList.toggle('is-local', /^(localhost|127\.|\[::1\])/.test(location.hostname))
}

/** What can be seen and pressed follows from the state alone. */
function show(): void {
  const isShowing = state === 'live' || state === 'interrupted'
  const isCasting = isShowing || state === 'joined' || state === 'connecting'
  const sentence = reason === 'unreachable' ? '' : words.states[state]
  stateText.textContent = `${reason ? words.reasons[reason] : ''} ${sentence}`.trim()
  stateText.dataset['state'] = state
  document.body.dataset['state'] = state
  element('invitation', HTMLElement).hidden = isShowing
  stopButton.hidden = !isCasting
  video.hidden = !isShowing
  if (!isShowing) soundButton.hidden = true
  element('bar', HTMLElement).classList.toggle('on-canvas', isShowing)
  wake()
}

/** The bar goes away over a picture that nobody touches. */
function wake(): void {
  document.body.classList.add('is-awake')
  clearTimeout(sleepTimer)
  sleepTimer = setTimeout(() => document.body.classList.remove('is-awake'), AWAKE_MS)
}

/** Browsers play sound by themselves on pages only that were touched. */
async function play(): Promise<void> {
  video.muted = false
  try {
    await video.play()
  } catch {
    video.muted = true
    soundButton.hidden = !hasSound()
    await video.play().catch(() => {})
  }
}

function hasSound(): boolean {
  return video.srcObject instanceof MediaStream && video.srcObject.getAudioTracks().length > 0
}

video.addEventListener('loadedmetadata', () => void play())
soundButton.addEventListener('click', () => {
  video.muted = false
  soundButton.hidden = true
})
for (const event of ['pointermove', 'pointerdown', 'keydown']) addEventListener(event, wake)
stopButton.addEventListener('click', () => handle('stop'))
show()
void connect()
