/** Every word of the viewers' page, in English; the other languages have the same keys. */
export const liveEn = {
  title: (room: string) => `Live from ${room}`,
  live: 'Live',
  asking: 'Looking whether somebody is live …',
  waiting: 'Nobody is live here yet',
  waitingHint: 'The picture comes by itself as soon as they go live. You can leave this page open.',
  arriving: 'They are live. The picture is on its way …',
  over: 'It is over',
  overHint: 'Thank you for watching. If they go live again, the picture comes back by itself.',
  unreachable: 'The server can’t be reached. Trying again …',
  failed: 'The picture does not get through to this browser. Trying again …',
  hlsNote: 'A few seconds behind',
  hlsExplain: 'Your network lets no direct picture through, so it comes a few seconds later.',
  blocked: 'This browser is silent until you press a button.',
  tapToHear: 'Tap to hear',
  mute: 'Turn sound off',
  unmute: 'Turn sound on',
  controls: 'Controls',
  picture: (number: number) => `Picture of person ${number}`,
  bothPictures: 'Picture of both',
}

/** What a language has to say to viewers. */
export type LiveWords = typeof liveEn
