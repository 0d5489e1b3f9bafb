const person = (name: string) => name || 'the other side'
const Person = (name: string) => name || 'Somebody'

/** Every word of the TV's page, in English; the other languages have the same keys. */
export const tvEn = {
  title: 'TV',

  opening: 'Connecting to the server …',
  gettingCode: 'Getting a code …',
  noCode: 'The server gives no code at the moment. Trying again …',
  unreachable: 'The server can’t be reached. Trying again …',
  ready: 'Show something from your phone or computer',
  chooses: (name: string) => `${Person(name)} entered the code and is choosing what to show`,
  lostBeforeShown: 'Connection lost, reconnecting …',
  gone: {
    left: (name: string) => `${Person(name)} has left`,
    lost: (name: string) => `The connection to ${person(name)} was lost`,
    stopped: (name: string) => `You stopped what ${person(name)} was showing`,
  },
  impossible:
    'This browser can’t show what others send. Open this page in a current Chrome, Edge, Firefox or Safari.',

  open: 'Open',
  enter: 'and enter this code',
  scan: 'or scan this',
  codeLabel: (spelt: string) => `Code: ${spelt}`,
  qrLabel: 'QR code: opens the page with this code entered',

  onItsWay: 'The picture is on its way …',
  paused: (name: string) => `${Person(name)} paused`,
  reconnecting: 'Connection lost, reconnecting …',
  shows: (name: string) => `${Person(name)} is showing this`,
  serverAway: 'The server can’t be reached. The picture goes on.',

  controls: 'Controls',
  stop: 'Stop',
  mute: 'Mute',
  unmute: 'Unmute',
  newCode: 'New code',
  soundBlocked: 'This browser is silent until you press a key.',
  soundPress: 'Press OK for sound',

  phraseCompare: 'The sender sees the same four pictures?',
  phraseFailed: 'Somebody may be in between. Stop, and show a new code.',
}

/** What a language has to say on a TV. */
export type TvWords = typeof tvEn
