import { element } from '../page/element.ts'
import { readIceConfig } from '../page/ice-servers.ts'
import { translatePage } from '../page/language.ts'
import { closePeer, makeAnswer, makeOffer, openPeer } from '../page/peer.ts'
import { listenToChat, writeLine } from '../page/chat.ts'
import { clearDescriptions, showDescription } from './descriptions.ts'
import { LocalMedia } from './local-media.ts'
import { openSocket, type RoomData, type RoomSignal, type RoomSocket } from './socket-io.ts'
import { next, type RoomAction, type RoomEvent, type RoomState } from './state.ts'
import { words as dictionary } from './words.ts'

// A call in a named room for two, over Socket.IO, with one peer connection at a time.

const words = translatePage(dictionary)
const roomInput = element('room', HTMLInputElement)
const connectButton = element('connect', HTMLButtonElement)
const leaveButton = element('leave', HTMLButtonElement)
const shareButton = element('share', HTMLButtonElement)
const restartButton = element('restart', HTMLButtonElement)
const stateText = element('state', HTMLElement)
const statusText = element('status', HTMLElement)
const remoteVideo = element('remote-video', HTMLVideoElement)
const localMedia = new LocalMedia(element('local-video', HTMLVideoElement))

let state: RoomState = 'init'
let socket: RoomSocket | undefined
let peer: RTCPeerConnection | undefined

const actions: Record<RoomAction, () => void> = {
  'open peer'() {
    const { stream } = localMedia
    if (!stream) return
    peer = openPeer({
      config: readIceConfig(location),
      stream,
      video: remoteVideo,
      onCandidate: ({ sdpMLineIndex, sdpMid, candidate }) =>
        send({ type: 'candidate', label: sdpMLineIndex, id: sdpMid, candidate }),
      onConnected: () => say(words.talking),
    })
  },
  'make offer': () => offer({ isRestart: false }),
  'close peer'() {
    closePeer(peer, remoteVideo)
    peer = undefined
    clearDescriptions(words)
  },
  disconnect() {
    socket?.disconnect()
    localMedia.stop()
  },
}

/** Camera and microphone first, then the server, then the room. */
async function connect(): Promise<void> {
  connectButton.disabled = true
  roomInput.disabled = true
  say(words.asking)
  try {
    await localMedia.start()
  } catch {
    say(words.refused)
    return showControls()
  }
  const opened = await openSocket().catch(() => undefined)
  socket = opened
  if (!opened) return handleUnreachable()
  for (const event of ['joined', 'otherjoin', 'bye', 'full', 'leaved'] as const) {
    opened.on(event, () => handle(event))
  }
  opened.on('message', (_room, data) => void receive(data).catch(sayFailed))
  opened.on('connect_error', handleUnreachable)
  opened.on('disconnect', (reason) => {
    if (reason !== 'io client disconnect') handle('lost')
  })
  opened.emit('join', roomInput.value)
}

function handle(event: RoomEvent): void {
  const step = next(state, event)
  if (!step) return
  state = step.state
  say(words.said[event])
  for (const action of step.actions) actions[action]()
  showControls()
}

function handleUnreachable(): void {
  handle('lost')
  say(words.unreachable)
}

async function receive(data: RoomData | null): Promise<void> {
  if (typeof data === 'string') return writeLine(words.other, data)
  if (!data || !peer) return
  switch (data.type) {
    case 'candidate': {
      const { label, id, candidate } = data
      return peer.addIceCandidate({ sdpMLineIndex: label, sdpMid: id, candidate })
    }
    case 'offer':
      showDescription('remote', data, words)
      return tell(await makeAnswer(peer, data))
    case 'answer':
      showDescription('remote', data, words)
      return peer.setRemoteDescription(data)
  }
}

function offer({ isRestart }: { isRestart: boolean }): void {
  if (peer) makeOffer(peer, isRestart).then(tell).catch(sayFailed)
}

function tell(description: RoomSignal): void {
  showDescription('local', description, words)
  send(description)
}

function send(data: RoomData): void {
  socket?.emit('message', roomInput.value, data)
}

async function toggleDesktop(): Promise<void> {
  shareButton.disabled = true
  try {
    await localMedia.toggleDesktop(
      () => peer,
      () => void toggleDesktop(),
    )
  } catch {
    say(words.notShared)
  }
  showControls()
}

function say(sentence: string): void {
  statusText.textContent = sentence
}

function sayFailed(): void {
  say(words.failed)
}

/** What can be pressed follows from the state alone. */
function showControls(): void {
  const isSeated = state !== 'init' && state !== 'leaved'
  stateText.textContent = state
  stateText.dataset['state'] = state
  connectButton.disabled = isSeated
  roomInput.disabled = isSeated
  leaveButton.disabled = !isSeated
  shareButton.disabled = !isSeated
  shareButton.textContent = localMedia.isDesktop ? words.stopSharing : words.shareDesktop
  restartButton.disabled = !peer
  element('chat-fields', HTMLFieldSetElement).disabled = !isSeated
}

roomInput.value = new URLSearchParams(location.search).get('room') ?? ''
element('join', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  if (!connectButton.disabled) void connect()
})
leaveButton.addEventListener('click', () => socket?.emit('leave', roomInput.value))
shareButton.addEventListener('click', () => void toggleDesktop())
restartButton.addEventListener('click', () => {
  say(words.restarted)
  offer({ isRestart: true })
})
listenToChat((text) => {
  writeLine(words.you, text)
  send(text)
})
say(words.ready)
showControls()
