import { captureCamera, release } from '../page/capture.ts'
import { element } from '../page/element.ts'
import { readIceConfig } from '../page/ice-servers.ts'
import { translatePage } from '../page/language.ts'
import { closePeer, makeAnswer, makeOffer, openPeer } from '../page/peer.ts'
import { showStream } from '../page/video.ts'
import { listenToChat, writeLine } from '../page/chat.ts'
import { enter, forgetUser, logOut, rememberedUser, type User } from './account.ts'
import { connect, type Description, type Method, type MessagesSocket, type Push } from './socket.ts'
import { next, type CallAction, type CallEvent, type CallState } from './state.ts'
import { UserList } from './users.ts'
import { words as dictionary } from './words.ts'

// Calls between users who are logged in, with one peer connection at a time.

const words = translatePage(dictionary)
const statusText = element('status', HTMLElement)
const stateText = element('state', HTMLElement)
const localVideo = element('local-video', HTMLVideoElement)
const remoteVideo = element('remote-video', HTMLVideoElement)
const users = new UserList({ call: words.call, onCall: (user) => void place(user.id) })

let self: User | undefined
let socket: MessagesSocket | undefined
let state: CallState = 'idle'
/** Who is called, or calls. */
let other: number | undefined
let stream: MediaStream | undefined
let peer: RTCPeerConnection | undefined
/** The browser asks for camera and microphone. */
let isAsking = false

const actions: Record<CallAction, (description: Description | undefined) => void> = {
  'say call': () => tell('Message/Call', { media: 'video' }),
  'say accept': () => tell('Message/Accept'),
  'say reject': () => tell('Message/Reject'),
  'say hangup': () => tell('Message/Hangup'),
  'open peer'() {
    closePeer(peer, remoteVideo)
    if (!stream) return
    peer = openPeer({
      config: readIceConfig(location),
      stream,
      video: remoteVideo,
      onCandidate: ({ sdpMLineIndex, sdpMid, candidate }) => {
        tell('Message/Candidate', {
          candidate: { sdpMlineIndex: sdpMLineIndex, sdpMid, candidate },
        })
      },
      onConnected: () => say(words.talking),
    })
  },
  'make offer'() {
    if (peer) makeOffer(peer).then((offer) => tell('Message/Offer', offer), sayFailed)
  },
  'make answer'(offer) {
    if (!peer || !offer) return
    makeAnswer(peer, offer).then((answer) => tell('Message/Answer', answer), sayFailed)
  },
  'take answer'(answer) {
    if (answer) peer?.setRemoteDescription(answer).catch(sayFailed)
  },
  'close peer'() {
    closePeer(peer, remoteVideo)
    peer = undefined
    other = undefined
    useStream(undefined)
  },
}

function tell(method: Method, data: unknown = null): void {
  if (other !== undefined) socket?.say(method, { toId: other, data })
}

/** Logs in or registers, and goes online. */
async function goIn(way: 'login' | 'register'): Promise<void> {
  const username = element('username', HTMLInputElement).value
  const password = element('password', HTMLInputElement)
  const answer = await enter(way, { username, password: password.value }).catch(() => undefined)
  if (answer?.code !== 0) return say(answer?.message ?? words.unreachable)
  password.value = ''
  await goOnline(answer.data)
}

async function goOnline(user: User): Promise<void> {
  const opened = await connect(user, {
    onPush: receive,
    onLost() {
      if (socket !== opened) return
      socket = undefined
      handle('lost')
      goOut(words.lost)
    },
  }).catch(() => undefined)
  if (!opened) return goOut(words.unreachable)
  socket = opened
  self = user
  say(words.loggedIn)
  showControls()
}

/** Offline, and back at the form. */
function goOut(sentence: string): void {
  forgetUser()
  self = undefined
  users.set([])
  say(sentence)
  showControls()
}

async function leave(): Promise<void> {
  handle('hangup')
  const before = socket
  socket = undefined
  before?.close()
  await logOut().catch(() => undefined)
  goOut(words.loggedOut)
}

/** Camera and microphone first; then `event` goes on. */
async function withMedia(event: 'place' | 'accept', id: number): Promise<void> {
  if (isAsking) return
  isAsking = true
  showControls()
  say(words.asking)
  const captured = await captureCamera().catch(() => undefined)
  isAsking = false
  // The call may be over by now, or another one have come.
  const isDue = event === 'place' ? state === 'idle' : state === 'ringing' && other === id
  if (captured && isDue && socket) {
    useStream(captured)
    other = id
    handle(event)
    say(event === 'place' ? words.calling : words.accepted)
  } else {
    release(captured)
    if (!captured) say(words.refused)
  }
  showControls()
}

function place(id: number): Promise<void> {
  return withMedia('place', id)
}

function receive(push: Push): void {
  switch (push.code) {
    case 10000:
      return users.set(push.data.filter(({ id }) => id !== self?.id))
    case 10006:
      say(push.message)
      return users.add(push.data)
    case 10008:
      say(push.message)
      return users.remove(push.data.fromId)
    case 10005: {
      const { username, message } = push.data
      return writeLine(username === self?.username ? words.you : username, message)
    }
    case 10009: {
      if (push.data.fromId !== other) return
      const { sdpMlineIndex: sdpMLineIndex, sdpMid, candidate } = push.data.data.candidate
      peer?.addIceCandidate({ sdpMLineIndex, sdpMid, candidate }).catch(sayFailed)
      return
    }
    case 10010:
      return receiveCall('offer', push.data.fromId, push.data.data)
    case 10011:
      return receiveCall('answer', push.data.fromId, push.data.data)
    case 10012:
      if (state === 'idle' && !isAsking) other = push.data.fromId
      say(push.message)
      return receiveCall('call', push.data.fromId)
    case 10013:
      say(push.message)
      return receiveCall('accepted', push.data.fromId)
    case 10014:
      say(push.message)
      return receiveCall('rejected', push.data.fromId)
    case 10015:
      say(push.message)
      return receiveCall('ended', push.data.fromId)
    case 10016:
      say(push.message)
      return receiveCall('busy', push.data.fromId)
    case 10017:
      say(push.message)
      return receiveCall('absent', push.data.fromId)
    case 1:
      say(push.message)
      // A call that was refused does not ring.
      return state === 'calling' ? handle('ended') : undefined
  }
}

/** What the other one of this call does; nobody else has a part in it. */
function receiveCall(event: CallEvent, fromId: number, description?: Description): void {
  if (fromId === other) handle(event, description)
}

function handle(event: CallEvent, description?: Description): void {
  const step = next(state, event)
  if (!step) return
  state = step.state
  for (const action of step.actions) actions[action](description)
  showControls()
}

function useStream(fresh: MediaStream | undefined): void {
  release(stream)
  stream = fresh
  showStream(localVideo, fresh)
}

function say(sentence: string): void {
  statusText.textContent = sentence
}

function sayFailed(): void {
  say(words.failed)
}

/** What can be seen and pressed. */
function showControls(): void {
  const isIn = self !== undefined
  stateText.textContent = state
  stateText.dataset['state'] = state
  element('entrance', HTMLElement).hidden = isIn
  element('account', HTMLElement).hidden = !isIn
  element('people', HTMLElement).hidden = !isIn
  element('self', HTMLElement).textContent = self?.username ?? ''
  element('incoming', HTMLElement).hidden = state !== 'ringing'
  element('caller', HTMLElement).textContent = other === undefined ? '' : users.nameOf(other)
  element('accept', HTMLButtonElement).disabled = isAsking
  element('hangup', HTMLButtonElement).disabled = state !== 'calling' && state !== 'talking'
  element('chat-fields', HTMLFieldSetElement).disabled = !isIn
  users.mayCall = state === 'idle' && !isAsking
}

element('entrance', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault()
  void goIn('login')
})
element('register', HTMLButtonElement).addEventListener('click', () => {
  if (element('entrance', HTMLFormElement).reportValidity()) void goIn('register')
})
element('logout', HTMLButtonElement).addEventListener('click', () => void leave())
element('accept', HTMLButtonElement).addEventListener('click', () => {
  if (other !== undefined) void withMedia('accept', other)
})
element('reject', HTMLButtonElement).addEventListener('click', () => {
  handle('reject')
  say(words.rejected)
})
element('hangup', HTMLButtonElement).addEventListener('click', () => {
  handle('hangup')
  say(words.over)
})
listenToChat((message) => socket?.say('Message/SendToAll', { message }))
say(words.loggedOut)
showControls()
const remembered = rememberedUser()
if (remembered) void goOnline(remembered)
