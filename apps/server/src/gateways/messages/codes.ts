/** What a client may ask for. */
export type Method =
  | 'User/Connect'
  | 'Message/Offer'
  | 'Message/Answer'
  | 'Message/Candidate'
  | 'Message/SendToAll'
  | 'Message/Call'
  | 'Message/Accept'
  | 'Message/Reject'
  | 'Message/Hangup'

/** Methods that carry a description or a candidate to another user. */
export type SignalMethod = 'Message/Offer' | 'Message/Answer' | 'Message/Candidate'

/** Methods of call control. */
export type CallMethod = 'Message/Call' | 'Message/Accept' | 'Message/Reject' | 'Message/Hangup'

/** What a push is about; clients print the message of those that they don't know. */
export const CODES = {
  refused: 1,
  users: 10000,
  textToAll: 10005,
  online: 10006,
  offline: 10008,
  candidate: 10009,
  offer: 10010,
  answer: 10011,
  call: 10012,
  accept: 10013,
  reject: 10014,
  hangup: 10015,
  busy: 10016,
  notOnline: 10017,
} as const

export type Code = (typeof CODES)[keyof typeof CODES]

/** All of them. */
export const METHODS: ReadonlySet<string> = new Set<string>([
  'User/Connect',
  'Message/Offer',
  'Message/Answer',
  'Message/Candidate',
  'Message/SendToAll',
  'Message/Call',
  'Message/Accept',
  'Message/Reject',
  'Message/Hangup',
] satisfies Method[])

/** Whether a client may ask for it. */
export function isMethod(name: string): name is Method {
  return METHODS.has(name)
}
