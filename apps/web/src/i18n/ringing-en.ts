import type { UserCallEndReason } from '@duet/client'
import type { PushObstacle } from '../state/ringing/push-model.ts'

const person = (name: string) => name || 'the other person'
const Person = (name: string) => name || 'The other person'

/** Every word of ringing and of calls between users, in English; the other languages have the same keys. */
export const ringingEn = {
  placing: 'Calling …',
  ringing: 'Ringing',
  unreached: 'Looking for a device that rings …',
  picking: 'Picking up …',
  callTo: (name: string) => `Call to ${person(name)}`,
  cancel: 'Cancel the call',
  ownPicture: 'Your own picture, as the other person will see it',

  incomingTitle: (name: string) => `${Person(name)} is calling`,
  incomingAudio: 'Call without picture',
  incomingVideo: 'Video call',
  accept: 'Accept',
  acceptVideo: 'Accept with picture',
  acceptAudio: 'Accept with sound only',
  decline: 'Decline',
  declineWith: 'Decline with words',
  declineTitle: 'Say why',
  declineSentences: {
    later: 'I’ll call you back later.',
    writing: 'I can’t talk now. Write to me, please.',
    soon: 'Give me five minutes.',
  },
  declineOwn: 'Your own words',
  declineSend: 'Decline and send',
  back: 'Back',
  nothingYet: 'Your camera and microphone are off until you accept.',

  ends: {
    'hung-up': () => 'The call is over',
    declined: (name: string) => `${Person(name)} declined`,
    cancelled: () => 'The call was cancelled',
    'no-answer': (name: string) => `${Person(name)} did not answer`,
    busy: (name: string) => `${Person(name)} is in another call`,
    offline: (name: string) => `${Person(name)} is offline`,
    'do-not-disturb': (name: string) => `${Person(name)} does not want to be disturbed`,
    lost: (name: string) => `The connection to ${person(name)} was lost`,
    'answered-elsewhere': () => 'Answered on another device',
    refused: () => 'This call could not be placed',
  } satisfies Record<UserCallEndReason, (name: string) => string>,
  next: {
    'hung-up': 'Camera and microphone are off.',
    declined: 'You can write a message instead.',
    cancelled: 'Camera and microphone are off.',
    'no-answer': 'They will see that they missed your call. Write a message, or try again later.',
    busy: 'They will see that they missed your call. Write a message, or try again in a while.',
    offline: 'They will see that they missed your call. A message waits for them, too.',
    'do-not-disturb':
      'It did not ring. They will see that they missed your call. Write a message instead.',
    lost: 'Check your network, then call again.',
    'answered-elsewhere': 'The call goes on there.',
    refused: '',
  } satisfies Record<UserCallEndReason, string>,
  missed: (name: string) => `You missed a call from ${person(name)}`,
  missedNext: 'You find it among your calls.',
  talked: (duration: string) => `You talked for ${duration}.`,
  tooLate: 'The call was over before you could pick up.',
  callAgain: 'Call again',
  callBack: 'Call back',
  write: 'Message',
  close: 'Close',

  backToPages: 'To the people; the call goes on',
  backToCall: 'Back to the call',
  smallCall: (name: string) => `Your call with ${person(name)}`,
  withoutPicture: 'This is a call with sound only. You can turn your camera on.',

  phrase: {
    wait: 'Checking …',
    compare: 'Compare',
    failed: 'Check failed',
    title: 'Only the two of you?',
    read: (name: string) =>
      `Read these four to ${person(name)}. If you both see the same, nobody is listening in.`,
    differ: 'If they differ, somebody is listening in. Hang up.',
    waiting: 'Your browsers are still agreeing on four pictures to compare.',
    failedText:
      'The other side did not keep to the rules of this check. Somebody may be listening in. Hang up and call again.',
  },

  ring: {
    title: 'Ringing',
    test: 'Test the ring',
    stop: 'Stop',
    hint: 'Your browser keeps this page silent until you press something here. Test the ring once, and you will hear calls.',
    refused:
      'Your browser did not let this page be heard. Allow sound for this page beside the address, then test again.',
    silent: 'You hear no ringing: your browser keeps this page silent until you press on it.',
    works: 'Calls are heard while this page is open.',
  },

  push: {
    title: 'Ring while this page is closed',
    on: 'This browser rings for calls although no page of Duet is open.',
    off: 'Calls ring only while a page of Duet is open here.',
    asking: 'Your browser asks whether you allow notifications. Choose “Allow”.',
    turnOn: 'Ring when closed',
    turnOff: 'Stop ringing when closed',
    failed:
      'This did not work: the browser’s notification service did not answer. Try again later.',
    obstacles: {
      insecure:
        'This needs a secure address. Open this page with https and a certificate that your browser trusts.',
      'self-signed':
        'This needs a certificate that your browser trusts; the one of this server is self-made: open /trust on this device. While a page of Duet is open, calls ring all the same.',
      'home-screen':
        'On an iPhone or iPad this works only from the home screen: open the share menu, choose “Add to Home Screen”, then open Duet from there.',
      unsupported:
        'This browser can’t ring while the page is closed. Keep a page of Duet open, or use a current Chrome, Edge, Firefox or Safari.',
      'no-server': 'This server can’t send notifications. Keep a page of Duet open to be called.',
      blocked:
        'Notifications are blocked for this page. Press the sign beside the address, allow notifications, then come back.',
    } satisfies Record<PushObstacle, string>,
  },
}

/** What a language has to say on ringing. */
export type RingingWords = typeof ringingEn
