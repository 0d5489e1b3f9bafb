/** Every word of the connection details, in English; the other languages have the same keys. */
export const detailsEn = {
  detailsNone: 'There is no connection to measure yet.',
  pathTitle: 'Path',
  pathDirect: 'Direct, from browser to browser',
  pathRelay: 'Through a relay',
  pathServer: 'Through the server, which could listen',
  pathUnknown: 'Not found yet',
  selfEnd: 'You',
  them: 'Other side',
  findBetterPath: 'Find a better path',
  bitrate: 'Data rate',
  loss: 'Lost packets',
  roundTrip: 'Round trip',
  sent: 'Sent',
  received: 'Received',
  secondsAgo: (count: number) => `${count} s ago`,
  now: 'now',
  media: 'Picture and sound',
  audio: 'Sound',
  video: 'Picture',
  nothing: 'nothing',
  framesPerSecond: (count: number) => `${count} fps`,
  pairs: 'Candidate pairs',
  pairsNone: 'No pair was tried yet.',
  pairSelected: 'in use',
  localDescription: 'Own description (SDP)',
  remoteDescription: 'Other side’s description (SDP)',
  copy: 'Copy',
}

/** What a language has to say of it. */
export type DetailsWords = typeof detailsEn
