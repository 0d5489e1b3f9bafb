import { captureCamera, release } from '../page/capture.ts'
import { element } from '../page/element.ts'
import { translatePage } from '../page/language.ts'
import { showStream } from '../page/video.ts'
import { BroadcastPanel } from './broadcast-panel.ts'
import { whileBusy } from './busy.ts'
import { copyOnPress } from './copying.ts'
import {
  prepareReceiver,
  receiveStream,
  sendStream,
  type MediaConnection,
  type Receiver,
} from './media.ts'
import { MergePanel, publishersOf } from './merge-panel.ts'
import { inviteAddress, ownAddress, pagesOrigin, readSettings } from './settings.ts'
import { openSocket, RefusedError, Signaling, type News, type Participant } from './signaling.ts'
import { SoundingVideo } from './sounding-video.ts'
import { srsExchange } from './srs-api.ts'
import { next, type OneToOneAction, type OneToOneEvent, type OneToOneState } from './state.ts'
import { apiOrigin, ownStreamUrl, readStreamUrl, streamUrl } from './stream-url.ts'
import { streamLinks } from './streams.ts'
import { oneToOneWords } from './words.ts'

// A call between two who each publish to a media server and play the other one from it.

/** More in a room, and there is no place for this page. */
const SEATS = 2

const words = translatePage(oneToOneWords)
const settings = readSettings(new URL(location.href))
const { room, display, host, schema } = settings

const connectButton = element('connect', HTMLButtonElement)
const leaveButton = element('leave', HTMLButtonElement)
const refreshButton = element('refresh-peer', HTMLButtonElement)
const alertButton = element('alert-peer', HTMLButtonElement)
const alertText = element('alert-text', HTMLInputElement)
const alertBox = element('peer-alert', HTMLElement)
const peerBox = element('peer', HTMLElement)
const stateText = element('state', HTMLElement)
const statusText = element('status', HTMLElement)
const localVideo = element('local-video', HTMLVideoElement)
const remotePicture = element('remote-video', HTMLVideoElement)
const remoteVideo = new SoundingVideo(remotePicture, element('sound', HTMLButtonElement))
const mergePanel = new MergePanel(words, (who) => streamLinks(urlOf(who), location, schema))

const broadcast = new BroadcastPanel(words, display, pagesOrigin(settings))

/** What one press of the button began; whatever comes later of an older one is not heard. */
interface Run {
  signaling?: Signaling
  participants: Participant[]
  isPublished: boolean
  /** The server can show this call to others. */
  canGoLive?: boolean
  /** Proves whose stream it is, where the server wants that. */
  token?: string | undefined
  stream?: MediaStream
  sent?: MediaConnection
  /** Waits for somebody who can be played. */
  receiver?: Receiver
}

/** Who is played. */
interface Played {
  display: string
  isConnected: boolean
  connection?: MediaConnection
}

let state: OneToOneState = 'init'
let run: Run = { participants: [], isPublished: false }
/** For the next call: made before it is wanted, which takes as long as the way to the server. */
let prepared: Receiver | undefined
/** Whose stream is to be played. */
let peer: string | undefined
let played: Played | undefined

const actions: Record<OneToOneAction, () => void> = {
  join: () => void join(),
  publish: () => void publish(),
  announce() {
    run.isPublished = true
    run.signaling?.publish().catch(() => undefined)
  },
  play: () => void play(),
  'stop playing': stopPlaying,
  leave() {
    const ended = run
    run = { participants: [], isPublished: false }
    disconnect(ended)
    release(ended.stream)
    showStream(localVideo, undefined)
    stopPlaying()
    history.replaceState(null, '', ownAddress(new URL(location.href), settings, false))
  },
}

function disconnect({ signaling, sent, receiver }: Run): void {
  signaling?.close()
  sent?.close()
  receiver?.peer.close()
}

async function join(): Promise<void> {
  const own: Run = { participants: [], isPublished: false }
  run = own
  performance.mark('duet:join')
  own.receiver = prepared ?? prepareReceiver()
  prepared = undefined
  // Whoever loads the page again, by hand or by `refresh`, comes back as who it was.
  history.replaceState(null, '', ownAddress(new URL(location.href), settings, true))
  try {
    const socket = await openSocket(settings.signalingUrl)
    if (run !== own) return socket.close()
    own.signaling = new Signaling({
      socket,
      identity: { room, display },
      onNews: (news) => run === own && receive(news),
      onBroadcast(news) {
        if (run !== own) return
        if (news.event === 'captures') broadcast.hearAgreement(news)
        else broadcast.hearProgress(news)
      },
      onLost: () => run === own && handle('lost'),
    })
    const { participants, captures = [], token } = await own.signaling.join()
    if (run !== own) return
    own.token = token
    own.participants = participants
    own.canGoLive = captures.includes('live')
    if (participants.length > SEATS) return handle('full')
    handle('joined')
    const other = participants.find((each) => each.publishing && each.display !== display)
    if (other) playPeer(other.display)
  } catch (error) {
    if (run !== own) return
    handle('refused')
    say(wordsFor(error))
  }
}

async function publish(): Promise<void> {
  const own = run
  // Whoever is there already is asked for before: to open a camera keeps the browser busy.
  await own.receiver?.offer.then(ignore, ignore)
  const captured = await captureCamera().catch(() => undefined)
  if (run !== own) return release(captured)
  if (!captured) return say(words.refused)
  own.stream = captured
  showStream(localVideo, captured)
  remoteVideo.tryAgain()
  try {
    const [api, { signalingUrl }, { token }] = [originOf(display), settings, own]
    const url = ownStreamUrl(urlOf(display), { token, signalingUrl, api })
    const options = {
      exchange: srsExchange('publish', api, url),
      onLost: () => run === own && say(words.publishLost),
    }
    const sent = await whileBusy(() => sendStream(captured, options), {
      onBusy: () => say(words.formerPicture),
      isWanted: () => run === own,
    })
    if (run !== own) return sent.close()
    own.sent = sent
    // It can be played from now on: who plays it waits for the first packet, not for this page.
    handle('published')
  } catch (error) {
    if (run === own) sayFailed(error)
  }
}

async function play(): Promise<void> {
  if (peer === undefined) return
  const former = played
  const own: Played = { display: peer, isConnected: false }
  played = own
  former?.connection?.close()
  try {
    remotePicture.requestVideoFrameCallback(() => performance.mark('duet:first-remote-frame'))
    const { receiver } = run
    delete run.receiver
    const options = {
      exchange: srsExchange('play', originOf(peer), urlOf(peer)),
      onConnected() {
        own.isConnected = true
        if (played === own) say(words.talking)
      },
      onLost: () => played === own && handle('peer lost'),
    }
    const onStream = (stream: MediaStream) => played === own && remoteVideo.show(stream)
    const connection = await receiveStream(onStream, options, receiver)
    if (played !== own) return connection.close()
    own.connection = connection
  } catch (error) {
    if (played !== own) return
    handle('peer lost')
    sayFailed(error)
  }
}

function ignore(): void {}

function stopPlaying(): void {
  played?.connection?.close()
  played = undefined
  peer = undefined
  remoteVideo.show(undefined)
}

function playPeer(who: string): void {
  peer = who
  handle('peer published')
}

function receive({ event, param, data, peer: who, participants }: News): void {
  run.participants = participants
  switch (event) {
    case 'join':
      handle('peer joined')
      break
    case 'publish':
      if (who.publishing && who.display !== display) playPeer(who.display)
      break
    case 'leave':
      // In a room of more than two, others may go while this one stays.
      if (played === undefined || played.display === who.display) handle('peer left')
      break
    case 'control':
      if (param === 'refresh') location.reload()
      if (param === 'alert') showAlert(`${words.alertFrom} ${who.display}: ${data ?? ''}`)
  }
  showAll()
}

function handle(event: OneToOneEvent): void {
  const step = next(state, event)
  if (!step) return
  state = step.state
  say(event === 'published' && played?.isConnected ? words.talking : words.said[event])
  for (const action of step.actions) actions[action]()
  showAll()
}

function urlOf(who: string): string {
  return streamUrl(host, room, who)
}

/** Where the API is that knows this stream. */
function originOf(who: string): string {
  const address = readStreamUrl(urlOf(who))
  return address ? apiOrigin(address, location, schema) : location.origin
}

function wordsFor(error: unknown): string {
  if (!(error instanceof RefusedError)) return words.unreachable
  return error.code === 'display-taken' ? words.displayTaken : words.notLetIn
}

function sayFailed(error: unknown): void {
  say(`${words.streamFailed} ${error instanceof Error ? error.message : String(error)}`)
}

function say(sentence: string): void {
  statusText.textContent = sentence
}

function showAlert(sentence: string): void {
  alertBox.textContent = sentence
  alertBox.hidden = false
}

/** What can be seen and pressed. */
function showAll(): void {
  const isInRoom = state === 'joined' || state === 'in_call'
  stateText.textContent = state
  stateText.dataset['state'] = state
  connectButton.disabled = isInRoom || state === 'joining'
  leaveButton.disabled = !isInRoom && state !== 'joining'
  const hasPeer = isInRoom && run.participants.length >= SEATS
  for (const control of [refreshButton, alertButton, alertText]) control.disabled = !hasPeer
  peerBox.hidden = played === undefined
  element('peer-url', HTMLElement).textContent = played ? urlOf(played.display) : ''
  const { participants, isPublished } = run
  const other = participants.find((each) => each.display !== display)
  if (hasPeer && run.canGoLive) broadcast.use(run.signaling, other?.display)
  else broadcast.use(undefined)
  mergePanel.show(isInRoom ? publishersOf(participants, { display, isPublished }) : [])
}

element('room', HTMLElement).textContent = room
element('display', HTMLElement).textContent = display
element('own-url', HTMLElement).textContent = urlOf(display)
element('invite', HTMLElement).textContent = inviteAddress(new URL(location.href), settings)
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
  const source = element(button.dataset['copy'] ?? '', HTMLElement)
  copyOnPress(button, () => source.textContent ?? '', words)
}
alertText.value = words.hello
connectButton.addEventListener('click', () => handle('start'))
leaveButton.addEventListener('click', () => handle('hangup'))
refreshButton.addEventListener('click', () => {
  run.signaling?.control('refresh').catch(() => undefined)
})
element('alert', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  run.signaling?.control('alert', alertText.value).catch(() => undefined)
})
// Closed connections end their sessions; those of a closed tab would wait for its packets.
window.addEventListener('pagehide', ({ persisted }) => {
  if (persisted) return
  disconnect(run)
  played?.connection?.close()
})
say(words.ready)
showAll()
if (settings.isAutostart) handle('start')
else prepared = prepareReceiver()
