import type { IceServers } from '../../ice-servers.ts'

/** The three vocabularies of this dialect: bare arguments, boxed ones, and boxed ones with a login. */
export type Variant = 'A' | 'B' | 'C'

/** An event and its argument. */
export type Word = [event: string, ...args: unknown[]]

/** Why a sender is not let in; of ours, beside the text that its page may show. */
export type EntryRefusal = 'no-such-cast' | 'cast-over' | 'busy' | 'rate-limited'

/** What became of the TV; `stopped`: it put the sender out. */
export type TvEnd = 'left' | 'lost' | 'stopped'

/** What a TV is told. */
export interface TvWords {
  opened(code: string, ice: IceServers, name: string): Word[]
  refused(): Word[]
  senderCame(username: string): Word[]
  senderGone(user: string): Word[]
  offer(offer: unknown): Word[]
}

/** What a sender is told. */
export interface SenderWords {
  entered(code: string, ice: IceServers): Word[]
  refused(reason: EntryRefusal): Word[]
  tvGone(reason: TvEnd): Word[]
  answer(answer: unknown): Word[]
}

/** C keeps candidates ready before they are asked for. */
const CANDIDATE_POOL_SIZE = 2

const REFUSALS: Record<EntryRefusal, string> = {
  'no-such-cast': 'No TV shows this code.',
  'cast-over': 'The TV that showed this code is gone.',
  busy: 'Somebody else shows something on this TV.',
  'rate-limited': 'Too many wrong codes. Wait a minute.',
}

const NO_CODE = 'There is no code to be had now.'

/** One entry for each address, as browsers of any age take them. */
function iceConfig({ servers }: IceServers): { iceServers: object[] } {
  const iceServers = servers.flatMap(({ urls, ...credentials }) =>
    urls.map((url) => ({ urls: url, ...credentials })),
  )
  return { iceServers }
}

/** The same for C. */
export function pooledIceConfig(ice: IceServers): { iceServers: object[] } {
  return Object.assign(iceConfig(ice), { iceCandidatePoolSize: CANDIDATE_POOL_SIZE })
}

function configFeedback(ice: IceServers): Word {
  return ['CONFIG_FEEDBACK', { config: iceConfig(ice) }]
}

/** What is told to a TV in all variants. */
const EVERY_TV = {
  senderCame: (username: string): Word[] => [['NEW_CLIENT_JOIN', { username }]],
  senderGone: (user: string): Word[] => [['USER_OFFLINE', { user }]],
}

const BOXED_TV = {
  ...EVERY_TV,
  offer: (offer: unknown): Word[] => [['RTC_Client_Offer_To_TV', { offer }]],
}

export const TV_WORDS: Readonly<Record<Variant, TvWords>> = {
  A: {
    ...EVERY_TV,
    opened: (code, ice) => [['TV_INIT_OK', code], configFeedback(ice)],
    refused: () => [['TV_INIT_FAILED', { msg: NO_CODE }]],
    offer: (offer) => [['CLIENT_OFFER_TO_TV', offer]],
  },
  B: {
    ...BOXED_TV,
    opened: (projCode, ice) => [['TV_REGISTER_SUCCESS', { projCode }], configFeedback(ice)],
    refused: () => [['TV_REGISTER_FAILED', { msg: NO_CODE }]],
  },
  C: {
    ...BOXED_TV,
    opened: (projCode, ice, name) => [
      [
        'TV_INFO_FEEDBACK',
        {
          projCode,
          meetingRoom: { mid: projCode, name, maxpeople: 2, pos: '', desc: '' },
          activities: [],
          iceConfig: pooledIceConfig(ice),
          background: [],
        },
      ],
    ],
    refused: () => tvCommandError(NO_CODE),
  },
}

/** To a TV of C: it asked for something that it does not get. Pages listen to one or the other. */
export function tvCommandError(msg: string): Word[] {
  return [
    ['TV_COMMAND', { cmd: 'error', msg }],
    ['COMMAND', { cmd: 'ERROR', msg }],
  ]
}

const BOXED_SENDER: SenderWords = {
  entered: (_code, ice) => [
    ['CONNECT_TO_TV_SUCCESS', { msg: 'The TV is there.' }],
    configFeedback(ice),
  ],
  refused: (reason) => [['CONNECT_TO_TV_FAILED', { msg: REFUSALS[reason], reason }]],
  tvGone: (reason) => [['TV_OFFLINE', { reason }]],
  answer: (answer) => [['RTC_TV_Answer_To_Client', { answer }]],
}

export const SENDER_WORDS: Readonly<Record<Variant, SenderWords>> = {
  A: {
    entered: (code, ice) => [['JOIN_ROOM_OK', { code }], configFeedback(ice)],
    refused: (reason) => [['JOIN_ROOM_FAILED', { msg: REFUSALS[reason], reason }]],
    tvGone: (reason) => [['TV_OFFLINE', { reason }]],
    // Pages of this variant listen to one or the other.
    answer: (answer) => [
      ['TV_ANSWER_TO_CLIENT', answer],
      ['RTC_TV_Answer_To_Client', answer],
    ],
  },
  B: BOXED_SENDER,
  // It asked for its configuration by itself.
  C: {
    ...BOXED_SENDER,
    entered: () => [['CONNECT_TO_TV_SUCCESS', { msg: 'The TV is there.' }]],
  },
}

/** The same in all variants and both directions. */
export function candidateWord(iceCandidate: unknown): Word {
  return ['RTC_Candidate_Exchange', { iceCandidate }]
}
