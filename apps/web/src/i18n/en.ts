import type { MediaNoticeCode } from '../state/media-notice.ts'
import type { ObstacleName } from '../state/environment.ts'

/** A sentence on what stands in the way, and the one button that helps. */
interface Notice {
  text: string
  button: string
}

const person = (name: string) => name || 'the other person'
const Person = (name: string) => name || 'The other person'

/** Every word of the pages, in English; the other languages have the same keys. */
export const en = {
  otherLanguage: '中文',
  switchLanguage: '切换到中文',
  appName: 'Duet',
  theme: { label: 'Appearance', system: 'As the system', light: 'Light', dark: 'Dark' },

  room: (name: string) => `Room ${name}`,
  previewTitle: 'Ready to talk?',
  yourName: 'Your name',
  yourNamePlaceholder: 'Shown to the other person',
  join: 'Join the call',
  microphone: 'Microphone',
  camera: 'Camera',
  speaker: 'Speaker',
  level: 'Microphone level',
  standard: 'Standard',
  deviceNumber: (kind: string, number: number) => `${kind} ${number}`,
  noDevice: 'None found',
  askingForDevices: 'Your browser asks whether you allow camera and microphone.',
  cameraIsOff: 'Your camera is off',
  noCamera: 'No camera picture',
  you: 'You',
  yourPicture: 'Your own picture',
  moveHint: 'Drag or use the arrow keys to move; Enter goes to the next corner.',

  obstacles: {
    'no-webrtc': {
      text: 'This browser can’t make calls. Open the link in a current Chrome, Edge, Firefox or Safari.',
      button: 'Copy link',
    },
    'in-app-browser': {
      text: 'You are inside another app, which may keep camera and microphone from this page. Open the link in your own browser.',
      button: 'Copy link',
    },
    insecure: {
      text: 'This address is not secure, so the browser blocks camera and microphone. Use the secure address.',
      button: 'Open secure page',
    },
    framed: {
      text: 'The page around this one doesn’t pass on camera and microphone. Open the call in a tab of its own.',
      button: 'Open in a tab',
    },
  } satisfies Record<ObstacleName, Notice>,

  mediaNotices: {
    'denied-both': {
      text: 'Camera and microphone are blocked for this page. Allow them beside the address, then try again.',
      button: 'Try again',
    },
    'denied-microphone': {
      text: 'The microphone is blocked for this page. Allow it beside the address, then try again.',
      button: 'Try again',
    },
    'denied-camera': {
      text: 'The camera is blocked for this page. Allow it beside the address, then try again.',
      button: 'Try again',
    },
    'none-both': {
      text: 'No camera and no microphone was found. You can still watch, listen and write.',
      button: 'Look again',
    },
    'none-microphone': {
      text: 'No microphone was found. The other person won’t hear you.',
      button: 'Look again',
    },
    'none-camera': {
      text: 'No camera was found. The other person will hear you, but not see you.',
      button: 'Look again',
    },
    'in-use-both': {
      text: 'Another program holds your camera and microphone. Close it there, then try again.',
      button: 'Try again',
    },
    'in-use-microphone': {
      text: 'Another program holds your microphone. Close it there, then try again.',
      button: 'Try again',
    },
    'in-use-camera': {
      text: 'Another program holds your camera. Close it there, then try again.',
      button: 'Try again',
    },
    'failed-both': {
      text: 'Camera and microphone didn’t start. Check that they are plugged in, then try again.',
      button: 'Try again',
    },
    'failed-microphone': {
      text: 'The microphone didn’t start. Check that it is plugged in, then try again.',
      button: 'Try again',
    },
    'failed-camera': {
      text: 'The camera didn’t start. Check that it is plugged in, then try again.',
      button: 'Try again',
    },
  } satisfies Record<MediaNoticeCode, Notice>,

  status: {
    idle: 'You are not in the call yet.',
    joining: 'Joining …',
    reaching: 'Reaching the server …',
    waiting: 'Waiting for the other person',
    full: 'Two people are talking here already.',
    inLine: 'You are in line. You come in as soon as somebody leaves.',
    knocking: 'You knocked. You come in as soon as somebody lets you in.',
    connecting: (name: string) => `Connecting with ${person(name)} …`,
    connected: (name: string) => (name ? `In a call with ${name}` : 'In a call'),
    noPackets: (name: string) =>
      `Nothing comes from ${person(name)} any more. Finding another way …`,
    ice: 'The connection broke. Making it again …',
    peerAway: (name: string) => `${Person(name)} lost the network. Waiting for the return …`,
    left: 'You left the call.',
    sessionTaken: 'This call goes on in another tab.',
  },
  knocks: (name: string) => `${Person(name)} knocks.`,
  letIn: 'Let in',
  letInName: (name: string) => `Let ${person(name)} in`,
  notNow: 'Not now',
  notNowName: (name: string) => `Don’t let ${person(name)} in now`,
  peerAwayHint: (name: string) =>
    `${Person(name)} can’t reach the server right now; your call goes on.`,
  signalingOffline: 'The server can’t be reached; your call goes on.',
  noPath:
    'No way to each other was found yet: a firewall may be in between. Try another network, or ask whoever runs this server to open its ports.',
  tryPath: 'Try again',
  checkPath: 'Find out why',
  signalingOfflineAlone: 'The server can’t be reached. Trying again …',

  peerLeft: (name: string) => `${Person(name)} left.`,
  peerLost: (name: string) => `The connection to ${person(name)} was lost.`,
  waitingHint: 'Send this link. The call begins when the other person opens it.',
  waitingHintNamed: 'Tell the other person this room’s name, or send the link.',
  link: 'Link to this call',
  copyLink: 'Copy link',
  copied: 'Copied',
  shareLink: 'Share',
  shareText: 'Talk to me on Duet',
  qrLabel: 'QR code of the link',
  thisMachineOnly: 'This link works on this machine only: the server knows no other address.',
  ownNetworkOnly: 'This link works in your own network only.',
  copyWiderLink: 'Copy a link for everywhere',
  notifyMe: 'Tell me when they come',
  notifyBlocked: 'Notifications are blocked for this page; you will hear a sound instead.',
  arrivedTitle: (name: string) => `${Person(name)} is here`,
  arrivedBody: 'Your call on Duet begins.',

  fullTitle: 'This room is full',
  fullHint: 'A room is for two people. Your camera and microphone are off.',
  waitInLine: 'Wait in line',
  anotherRoom: 'Make another room',
  inLineTitle: 'You are in line',

  endedTitle: 'The call is over',
  sessionTakenTitle: 'This call moved',
  duration: (text: string) => `You talked for ${text}.`,
  noTalk: 'Nobody else was there.',
  callAgain: 'Call again',
  home: 'To the start page',
  recordings: 'Recordings',
  failedTitle: 'This didn’t work',
  released: 'Camera and microphone are off.',

  controls: 'Call controls',
  mute: 'Turn microphone off',
  unmute: 'Turn microphone on',
  cameraOff: 'Turn camera off',
  cameraOn: 'Turn camera on',
  cameraPaused: 'Your camera is off while you share your screen',
  shareScreen: 'Share screen',
  stopSharing: 'Stop sharing',
  chat: 'Chat',
  chatUnread: (count: number) => (count === 1 ? '1 new message' : `${count} new messages`),
  devices: 'Devices',
  fullscreen: 'Full screen',
  exitFullscreen: 'Leave full screen',
  pictureInPicture: 'Picture in picture',
  details: 'Connection details',
  shortcuts: 'Keyboard shortcuts',
  more: 'More',
  callOnTv: 'Show this call on a TV',
  shownOnTv: (name: string) =>
    `Shown on ${name ? `“${name}”` : 'the TV'}. You hear the other person here.`,
  takeBack: 'Take the picture back',
  loading: 'Loading …',
  loadFailed: 'This could not be loaded. Check your network, then try again.',
  hangUp: 'Leave the call',
  close: 'Close',

  peerMuted: 'Microphone off',
  peerCameraOff: 'Camera off',
  peerSharing: (name: string) => `${Person(name)} is sharing a screen`,
  peerAudioOnly: (name: string) => `${Person(name)} is here without a picture.`,
  tapToHear: 'Tap to hear',
  deviceLost: (kind: string) => `${kind} was unplugged.`,
  deviceReplaced: (kind: string, label: string) => `${kind} was unplugged. Now using ${label}.`,
  screenFailed: 'The screen could not be shared.',
  sendFailed: 'A change of your picture or sound did not reach the call.',

  chatEmpty: 'No messages yet.',
  chatField: 'Message',
  chatPlaceholder: 'Write a message',
  chatNobody: 'You can write when the other person is here.',
  chatSealed: 'Encrypted with your link’s key: the server can’t read it.',
  chatOpen: 'This room has no key: the server could read messages.',
  chatPeerKeyless: 'The other person has no key: the server could read messages.',
  chatLineOpen: 'Not sealed',
  send: 'Send',

  verified: {
    none: 'Nobody is here',
    checking: 'Checking …',
    verified: 'Verified',
    unverified: 'Not verified',
    mismatch: 'Check failed',
  },
  notEndToEnd: 'Not end to end',
  path: { direct: 'direct', relay: 'relayed', server: 'through the server' },
  verifiedExplain: {
    none: 'When the other person comes, your browsers check each other.',
    checking: 'Your browsers are checking each other with the key in the link.',
    verified:
      'You both have the same link. The call is encrypted from you to the other person, and nobody in between can change that unnoticed, not even the server.',
    unverified:
      'The call is encrypted, but there is no key that you both have. So nobody proved that no one sits in between. For a verified call, start a new one and send its link.',
    mismatch: 'The check of the other side failed.',
  },
  pathExplain: {
    direct: 'Picture and sound go straight between the two of you.',
    relay: 'Picture and sound pass through a relay, which can’t see or hear them.',
    server:
      'Picture and sound are encrypted to this server, which could listen. They are not encrypted from end to end.',
  },

  mismatchTitle: 'Wait before you talk',
  mismatch: {
    'own-key-missing':
      'Your link is not complete: its end is missing. Ask the other person to send it again. Nothing of you was sent.',
    'peer-key-missing':
      'The other person came without the key of your link, perhaps from a page that knows no keys. Send the whole link again. Nothing of you was sent.',
    different:
      'Someone may be changing your call, or your links are not the same. Ask for the link again, another way. Nothing of you was sent.',
  },
  leave: 'Leave',
  goOnWithout: 'Go on without',

  detailsTitle: 'Connection details',
  otherPerson: 'The other person',
  goThroughServer: 'Go through the server',
  goDirectly: 'Go back to direct',
  moveHeld: 'Possible again when nothing is recorded or live any more.',
  movedToServer: (name: string) =>
    `${Person(name)} moved the call through the server. It is no longer end-to-end encrypted.`,
  throughServerNow: 'The call goes through the server now. It is no longer end-to-end encrypted.',
  movedToDirect: (name: string) => `${Person(name)} moved the call back to direct.`,
  serverFailed: 'The call could not go through the server. It goes on directly.',
  serverLost: 'The way through the server was lost. The call goes on directly.',

  hoursMinutesSeconds: (hours: number, minutes: number, seconds: number) =>
    [hours && `${hours} h`, minutes && `${minutes} min`, !hours && `${seconds} s`]
      .filter(Boolean)
      .join(' '),
}

/** What a language has to say. */
export type Words = typeof en
