import type { CastNotice, CastOutcome } from '../state/cast/cast-model.ts'
import type { ObstacleName } from '../state/environment.ts'

/** What the TV is called, or that it is one. */
const tv = (name: string) => (name ? `“${name}”` : 'the TV')
const Tv = (name: string) => (name ? `“${name}”` : 'The TV')

/** Every word of showing something on a TV, in English; the other languages have the same keys. */
export const castEn = {
  title: 'Show something on a TV',
  about: (address: string) => `Open ${address} on the TV, and type the code that it shows.`,
  code: 'Code on the TV',

  entry: {
    empty: 'Six letters and digits.',
    missing: 'First type the six characters that the TV shows.',
    'bad-character': 'Codes have no 0, 1, 5, I, L, O or S. Compare it with the TV once more.',
    looking: 'Looking for the TV …',
    unreachable: 'The server can’t be reached. Trying again …',
    found: (name: string) => (name ? `TV found: ${name}` : 'TV found'),
    busy: 'Somebody else is showing something on this TV right now.',
    tooMany: 'Too many wrong codes came from here. Wait a minute, then try again.',
    putOut: 'You were taken off at the TV.',
    idle: 'Nothing was shown for two minutes, so the TV is free for others again.',
    left: 'You left the TV.',
  },
  tryAgain: 'Try again',
  goOn: 'Go on',

  what: 'What to show',
  screen: 'Screen, window or tab',
  screenHint: 'Your browser asks which one. Its sound comes along where the browser can.',
  camera: 'Camera',
  cameraHint: 'The picture only, without sound.',
  onlyCamera: 'Browsers on phones and tablets can’t share their screen, so this shows the camera.',
  whichCamera: 'Which camera',
  facing: { environment: 'Back', user: 'Front' },

  mode: 'How it should look',
  modes: { text: 'Text', motion: 'Video' },
  modeHints: {
    text: 'Letters and lines stay sharp.',
    motion: 'Movement stays smooth.',
  },

  startScreen: 'Choose and show',
  startCamera: 'Show the camera',
  starting: 'Looking for the TV …',
  choosing: 'Your browser asks …',

  notices: {
    nothing: 'Nothing was chosen, so nothing new is shown.',
    press: 'Your browser wants one more press. Press the button again.',
    denied: 'The camera is blocked for this page. Allow it beside the address, then try again.',
    none: 'No camera was found. Plug one in, then try again.',
    'in-use':
      'Another program holds it, so the browser gets no picture. Close it there, then try again.',
    failed: 'The browser gave no picture. Try again, or choose something else.',
    'no-answer': 'The server does not answer. Press again as soon as the TV is found.',
  } satisfies Record<CastNotice, string>,

  shown: {
    connecting: (name: string) => `Connecting to ${tv(name)} …`,
    showing: (name: string) => `Shown on ${tv(name)}`,
    paused: (name: string) => `Paused on ${tv(name)}`,
    pausedHint: 'The TV keeps the last picture.',
    left: (name: string) => `${Tv(name)} was closed. Waiting whether it comes back.`,
    lost: (name: string) => `${Tv(name)} lost its network. Waiting whether it comes back.`,
    reconnecting: (name: string) => `The connection to ${tv(name)} broke. Making it again …`,
    offline: 'The server can’t be reached; the picture goes on.',
    stuck:
      'No way to the TV was found yet: a firewall may be in between. Put both into the same network, or ask whoever runs this server to open its ports.',
  },
  preview: 'What you show',
  isPaused: 'Paused',
  path: {
    direct: 'The picture goes straight to the TV.',
    relay: 'The picture passes through a relay, which can’t see it.',
  },
  controls: 'What you show',
  pause: 'Pause',
  resume: 'Go on',
  anotherScreen: 'Something else',
  toScreen: 'Screen instead',
  toCamera: 'Camera instead',
  otherCamera: 'Other camera',
  soundOff: 'Sound off',
  soundOn: 'Sound on',
  noSound:
    'Without sound. Browsers give the sound of a tab, on some systems of the whole screen, and only if you allow it when you choose.',
  stop: 'Stop showing',

  phrase: {
    title: 'Does the TV show the same four pictures?',
    waiting: 'Your browser and the TV are agreeing on four pictures to compare …',
    same: 'Then nobody is between you and the TV. If they differ, stop.',
    failed:
      'The TV did not keep to the rules of this check. Somebody may be in between. Stop, and show a new code on the TV.',
  },

  ends: {
    stopped: (name: string) => `You stopped showing on ${tv(name)}.`,
    receiver: (name: string) => `The picture was ended at ${tv(name)}.`,
    'receiver-gone': (name: string) => `${Tv(name)} was closed, and did not come back.`,
    'session-taken': (name: string) => `Another page shows on ${tv(name)} now.`,
    'camera-lost': () => 'The camera is gone: it was unplugged, or another program took it.',
    lost: (name: string) => `The connection to ${tv(name)} was lost.`,
  } satisfies Record<CastOutcome, (name: string) => string>,
  endTitle: 'Nothing is shown any more',
  released: 'Your screen and camera are not captured any more.',
  again: 'Show again',
  anotherTv: 'Another TV',

  obstacles: {
    'no-webrtc': {
      text: 'This browser can’t show anything on a TV. Open this page in a current Chrome, Edge, Firefox or Safari.',
      button: 'Copy link',
    },
    'in-app-browser': {
      text: 'You are inside another app, which may keep screen and camera from this page. Open it in your own browser.',
      button: 'Copy link',
    },
    insecure: {
      text: 'This address is not secure, so the browser keeps screen and camera from this page. Use the secure address.',
      button: 'Open secure page',
    },
    framed: {
      text: 'The page around this one doesn’t pass on screen and camera. Open this one in a tab of its own.',
      button: 'Open in a tab',
    },
  } satisfies Record<ObstacleName, { text: string; button: string }>,

  call: {
    about: (address: string) =>
      `The picture of the other person moves to the TV; the voice stays here. Open ${address} on the TV, and type the code that it shows.`,
    start: 'Move the picture',
    stop: 'Take the picture back',
    shown: (name: string) => `The picture is on ${tv(name)}`,
    shownHint: 'You hear the other person here.',
    waitingForPicture: (name: string) =>
      `${Tv(name)} is ready. It shows the picture as soon as one comes.`,
    away: (name: string) =>
      `The connection to ${tv(name)} broke. The picture is here meanwhile, and moves over again when it is back.`,
    ends: {
      receiver: (name: string) => `The picture was ended at ${tv(name)}. It is here again.`,
      'receiver-gone': (name: string) =>
        `${Tv(name)} was closed, and did not come back. The picture is here again.`,
      'session-taken': (name: string) =>
        `Another page shows on ${tv(name)} now. The picture is here again.`,
      lost: (name: string) => `The connection to ${tv(name)} was lost. The picture is here again.`,
      'peer-gone': (name: string) =>
        `The other person is gone, so nothing is shown on ${tv(name)} any more.`,
    },
  },
}

/** What a language has to say on showing something on a TV. */
export type CastWords = typeof castEn
