/** Every word of the page of recordings, in English; the other languages have the same keys. */
export const recordingsEn = {
  title: 'Recordings',
  lead: 'Calls that were recorded with the consent of both. They stay on the server of this page until you delete them, or until they are too old.',
  loading: 'Looking for your recordings …',
  retry: 'Try again',
  off: 'This server does not show recordings now; this browser remembers yours for when it does again.',
  emptyTitle: 'No recordings yet',
  empty:
    'During a call, open “More” and press “Record”. When the other person agrees, the recording is kept here.',
  startCall: 'Start a call',
  logInHint: 'Recordings of your account are shown when you are logged in.',
  logIn: 'Log in',

  room: (name: string) => `Room ${name}`,
  people: (one: string, other: string) => `${one} and ${other}`,
  unnamed: (number: number) => `person ${number}`,
  states: {
    recording: 'Being recorded now',
    merging: (percent: number) => `Both pictures are being put side by side: ${percent} %`,
    ready: 'Ready',
    interrupted: 'Interrupted: what was recorded until then is here',
  },
  progress: 'Putting both pictures side by side',
  nothing: 'Nothing came to be recorded.',
  keptUntil: (date: string) => `Kept until ${date} at the latest.`,

  merged: 'Both, side by side',
  ofMember: (name: string) => `Only ${name}`,
  part: (number: number) => `part ${number}`,
  play: 'Play',
  playFile: (file: string) => `Play: ${file}`,
  hide: 'Close the player',
  playing: (file: string) => `Playing: ${file}`,
  download: 'Download',
  downloadFile: (file: string, size: string) => `Download: ${file}, ${size}`,
  playFailed: 'This browser can’t play this file. Download it and open it in a player.',

  delete: 'Delete',
  deleteOf: (when: string) => `Delete the recording of ${when}`,
  deleteTitle: 'Delete this recording?',
  deleteText:
    'All its files are removed from the server, for the other person too. What was downloaded before stays.',
  cancel: 'Cancel',
  deleted: 'The recording was deleted.',
}

/** What a language has to say of recordings. */
export type RecordingsWords = typeof recordingsEn
