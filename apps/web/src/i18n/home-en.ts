/** Every word of the start page, in English; the other languages have the same keys. */
export const homeEn = {
  tagline: 'A call between two people.',
  about:
    'Send a link, and talk face to face. Nothing to install, no account. Picture and sound go straight from you to the other person whenever the network allows it, and always encrypted.',
  logIn: 'Log in',
  people: 'People',
  startCall: 'Start a call',
  startHint: 'Makes a private link for two.',
  joinByName: 'Join by name',
  roomField: 'Room name or link',
  roomPlaceholder: 'For example: kitchen table',
  go: 'Go',
  roomHint: 'Whoever types the same name meets you there. Only links are private.',
  onTv: 'On a TV',
  showOnTv: 'Show something on a TV',
  check: 'Check camera, sound and connection',
  beTv: 'Use this screen as a TV',
  trust: 'Let this device trust the server',
}

/** What a language has to say of it. */
export type HomeWords = typeof homeEn
