const Person = (name: string) => name || 'The other person'
const person = (name: string) => name || 'the other person'

/**
 * Every word of what is behind “More” during a call, and of recording and showing it live, in English;
 * the other languages have the same keys.
 */
export const moreEn = {
  record: 'Record',
  recordHint: (name: string) =>
    `Asks ${person(name)} first. While it records, the call goes through the server.`,
  goLive: 'Go live',
  goLiveHint: (name: string) => `Shows both of you to viewers, once ${person(name)} agrees.`,
  recordOn: 'Being recorded',
  liveOn: 'Live now',
  askedAlready: (name: string) => `Waiting for the answer of ${person(name)}.`,
  notOffered: {
    record: 'This server does not record calls.',
    live: 'This server does not show calls live.',
  },
  olderPeer: (name: string) => `${Person(name)} uses an app that can’t be asked for consent.`,
  recordings: 'Recordings',
  newTab: '(opens in a new tab)',

  question: {
    record: {
      title: (name: string) => `${Person(name)} asks: may this call be recorded?`,
      what: 'Your pictures and voices are written to files on this server. Each of you can watch, download and delete them.',
      yes: 'Yes, record',
    },
    live: {
      title: (name: string) => `${Person(name)} asks: may this call be shown live?`,
      what: 'Everybody who has the link sees and hears both of you, as it happens. It may also be sent to another service, which may keep it.',
      yes: 'Yes, go live',
    },
  },
  throughServer:
    'Meanwhile the call goes through the server, which can then see and hear it. It is not end-to-end encrypted until this is over.',
  anyMoment: 'You can take your consent back at any moment. It then stops at once.',
  no: 'No, thank you',
  declined: {
    record: (name: string) => `${Person(name)} would rather not be recorded. Nothing was recorded.`,
    live: (name: string) => `${Person(name)} would rather not go live. Nothing was shown.`,
  },
  takenBack: {
    record: (name: string) => `${Person(name)} took the consent back. The recording stopped.`,
    live: (name: string) => `${Person(name)} took the consent back. You are not live any more.`,
  },

  missing: {
    record: {
      self: 'No sound or picture from you is arriving at the recording. Your call goes on.',
      peer: (name: string) =>
        `No sound or picture from ${person(name)} is arriving at the recording. Your call goes on.`,
      both: 'No sound or picture from either of you is arriving at the recording. Your call goes on.',
    },
    live: {
      self: 'Viewers get no sound or picture from you at the moment. Your call goes on.',
      peer: (name: string) =>
        `Viewers get no sound or picture from ${person(name)} at the moment. Your call goes on.`,
      both: 'Viewers get no sound or picture from either of you at the moment. Your call goes on.',
    },
  },
  arriving: {
    record: 'Sound and picture are arriving at the recording again.',
    live: 'Viewers get sound and picture again.',
  },

  waitingFor: (name: string) => `Asking ${person(name)} …`,
  withdraw: 'Cancel',
  starting: { record: 'Recording begins …', live: 'Going live …' },
  on: { record: 'Recording', live: 'Live' },
  openControls: { record: 'Recording: what it means, and stop', live: 'Live: link, and stop' },

  control: {
    record: {
      title: 'This call is being recorded',
      bySelf: (name: string) => `You asked, and ${person(name)} agreed.`,
      byPeer: (name: string) => `${Person(name)} asked, and you agreed.`,
      stop: 'Stop recording',
    },
    live: {
      title: 'This call is live',
      bySelf: (name: string) => `You asked, and ${person(name)} agreed.`,
      byPeer: (name: string) => `${Person(name)} asked, and you agreed.`,
      stop: 'Stop being live',
    },
  },
  takeBack: 'Take my consent back',
  goOn: 'Let it go on',
  takeBackHint: 'Taking it back stops it at once, too. Either of you may.',
  viewersLink: 'Link for viewers',
  copyViewersLink: 'Copy the link',

  ended: {
    record: 'The recording stopped. It is with your recordings.',
    live: 'You are not live any more.',
  },
  toRecordings: 'To the recordings',

  goLiveTitle: 'Show this call live',
  goLiveText: (name: string) =>
    `Viewers see and hear both of you on a page of this server. ${Person(name)} is asked first.`,
  layout: 'How you are shown',
  layouts: { inset: 'Small picture', 'side-by-side': 'Side by side' },
  elsewhere: 'Send it to another service, too',
  pushAddress: 'Address (RTMP)',
  pushAddressHint: 'For example rtmps://live.example.com/app, as the service gives it to you.',
  pushKey: 'Stream key',
  pushKeyHint: 'Whoever has it can broadcast in your name. It is not kept.',
  badPushAddress: 'This is no such address: it begins with rtmp:// or rtmps:// and has no blanks.',
  badPushKey: 'A key has no blanks, and only letters, digits and signs.',
  showKey: 'Show the key',
  hideKey: 'Hide the key',
  askAndGoLive: (name: string) => `Ask ${person(name)}`,
  cancel: 'Cancel',

  shortcutNames: {
    microphone: 'Microphone on or off',
    camera: 'Camera on or off',
    screen: 'Share the screen',
    chat: 'Chat',
    fullscreen: 'Full screen',
    pip: 'Picture in picture',
    details: 'Connection details',
    close: 'Close what is open',
    help: 'This list',
  },
}

/** What a language has to say of it. */
export type MoreWords = typeof moreEn
