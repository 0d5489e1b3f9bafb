import { captureCamera, release } from '../page/capture.ts'
import { element } from '../page/element.ts'
import { readIceConfig } from '../page/ice-servers.ts'
import { translatePage } from '../page/language.ts'
import { closePeer, makeAnswer, makeOffer, openPeer } from '../page/peer.ts'
import { showStream } from '../page/video.ts'
import { readRoomId } from './room-id.ts'
import { subscribe, type Description, type TopicMessage, type TopicSocket } from './socket.ts'
import { next, type TopicAction, type TopicEvent, type TopicState } from './state.ts'
import { words as dictionary } from './words.ts'

// A call between the two who subscribe to one subject, with one peer connection at a time.

const words = translatePage(dictionary)
const connectButton = element('connect', HTMLButtonElement)
const leaveButton = element('leave', HTMLButtonElement)
const stateText = element('state', HTMLElement)
const statusText = element('status', HTMLElement)
const localVideo = element('local-video', HTMLVideoElement)
const remoteVideo = element('remote-video', HTMLVideoElement)
const roomId = readRoomId()

let state: TopicState = 'init'
let socket: TopicSocket | undefined
let stream: MediaStream | undefined
let peer: RTCPeerConnection | undefined

const actions: Record<TopicAction, (description: Description | undefined) => void> = {
  'open peer'() {
    closePeer(peer, remoteVideo)
    if (!stream) return
    peer = openPeer({
      config: readIceConfig(location),
      stream,
      video: remoteVideo,
      onCandidate: (candidate) => socket?.publish({ event: 'candidate', data: candidate.toJSON() }),
      onConnected: () => say(words.talking),
    })
  },
  'make offer'() {
    if (!peer) return
    makeOffer(peer)
      .then((data) => socket?.publish({ event: 'offer', data }))
      .catch(sayFailed)
  },
  'make answer'(offer) {
    if (!peer || !offer) return
    makeAnswer(peer, offer)
      .then((data) => socket?.publish({ event: 'answer', data }))
      .catch(sayFailed)
  },
  'take answer'(answer) {
    if (answer) peer?.setRemoteDescription(answer).catch(sayFailed)
  },
  'close peer'() {
    closePeer(peer, remoteVideo)
    peer = undefined
    useStream(undefined)
  },
}

/**
 * The server first, then camera and microphone; `call` tells the others that all is there.
 * After a leave this is a second socket: the first one stays subscribed, and is not heard.
 */
async function connect(): Promise<void> {
  connectButton.disabled = true
  say(words.asking)
  socket = undefined
  const opened = await openSocket()
  if (!opened) return giveUp(words.unreachable)
  socket = opened
  const captured = await captureCamera().catch(() => undefined)
  // The socket may have been lost while the person was asked: that is said by now.
  if (socket !== opened) return release(captured)
  if (!captured) {
    socket = undefined
    opened.close()
    return giveUp(words.refused)
  }
  useStream(captured)
  opened.publish({ event: 'call', data: null })
  handle('called')
  showControls()
}

/** A socket that is heard while it is this page's latest; `undefined` when there can be none. */
async function openSocket(): Promise<TopicSocket | undefined> {
  try {
    const opened = await subscribe(`room-${roomId}`, {
      onMessage: (message) => socket === opened && receive(message),
      onLost() {
        if (socket !== opened) return
        socket = undefined
        handle('lost')
      },
    })
    return opened
  } catch {
    return undefined
  }
}

function receive(message: TopicMessage): void {
  // Who has no media yet has not said `call`, and can only be told that the room is full.
  if (!stream && message.event !== 'full') return
  switch (message.event) {
    case 'candidate':
      peer?.addIceCandidate(message.data).catch(sayFailed)
      return
    case 'offer':
    case 'answer':
      return handle(message.event, message.data)
    case 'call':
    case 'full':
    case 'leave':
      return handle(message.event)
  }
}

function handle(event: TopicEvent, description?: Description): void {
  const step = next(state, event)
  if (!step) return
  state = step.state
  say(words.said[event])
  for (const action of step.actions) actions[action](description)
  showControls()
}

function useStream(fresh: MediaStream | undefined): void {
  release(stream)
  stream = fresh
  showStream(localVideo, fresh)
}

function giveUp(sentence: string): void {
  handle('hangup')
  say(sentence)
  showControls()
}

function say(sentence: string): void {
  statusText.textContent = sentence
}

function sayFailed(): void {
  say(words.failed)
}

/** What can be seen and pressed. */
function showControls(): void {
  const isOut = state === 'init' || state === 'left'
  stateText.textContent = state
  stateText.dataset['state'] = state
  connectButton.disabled = !isOut
  // Only a page with media has something to leave.
  leaveButton.disabled = isOut || !stream
}

element('room', HTMLElement).textContent = roomId
connectButton.addEventListener('click', () => void connect())
leaveButton.addEventListener('click', () => handle('hangup'))
say(words.ready)
showControls()
