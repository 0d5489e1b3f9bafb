import type { CallEndReason } from '@duet/rules'
import type { DeviceRefusal, MessageRefusal } from '../../people/people.ts'

/** Why a request of a client can't be carried out. */
export type Fault =
  | DeviceRefusal
  | MessageRefusal
  | 'connect-first'
  | 'not-you'
  | 'unknown-method'
  | 'no-receiver'
  | 'bad-text'
  | 'too-many'
  | 'nobody-listens'
  | 'yourself'
  | 'unavailable'

/** How a call ended, as one of the two is told. */
export type Ending = CallEndReason | 'answered-elsewhere' | 'missed'

/** What pages print; a name is the other user's. */
export interface Sentences {
  online: string
  userOnline: (name: string) => string
  userOffline: (name: string) => string
  textToAll: (name: string) => string
  offer: (name: string) => string
  answer: (name: string) => string
  candidate: (name: string) => string
  call: (name: string) => string
  accepted: (name: string) => string
  notOnline: string
  ended: Record<Ending, (name: string) => string>
  declined: (name: string, words: string) => string
  faults: Record<Fault, string>
}

const ENGLISH: Sentences = {
  online: 'These users are online.',
  userOnline: (name) => `${name} is online.`,
  userOffline: (name) => `${name} is offline.`,
  textToAll: (name) => `${name} wrote to everyone.`,
  offer: (name) => `${name} offers a connection.`,
  answer: (name) => `${name} answers.`,
  candidate: (name) => `${name} names a path.`,
  call: (name) => `${name} is calling.`,
  accepted: (name) => `${name} has accepted the call.`,
  notOnline: 'This user is not online.',
  ended: {
    'hung-up': (name) => `${name} has hung up.`,
    declined: (name) => `${name} has declined the call.`,
    cancelled: (name) => `${name} has cancelled the call.`,
    'no-answer': (name) => `${name} does not answer.`,
    missed: (name) => `You missed a call from ${name}.`,
    busy: (name) => `${name} is in another call.`,
    offline: (name) => `${name} is not online.`,
    'do-not-disturb': (name) => `${name} does not want to be disturbed now.`,
    lost: (name) => `The connection to ${name} is lost.`,
    'answered-elsewhere': (name) => `The call from ${name} was answered on another device.`,
  },
  declined: (name, words) => `${name} has declined the call: ${words}`,
  faults: {
    'not-attending': 'Say User/Connect first.',
    'connect-first': 'Say User/Connect first.',
    'not-you': 'You are logged in as somebody else. Load the page again.',
    'unknown-method': 'The server does not know this method.',
    'no-receiver': 'The message names nobody whom it is for.',
    'bad-text': 'The text is empty or too long.',
    'too-many': 'Too many messages. Wait a moment.',
    'rate-limited': 'Too many messages. Wait a moment.',
    'nobody-listens': 'There is no call with this user.',
    yourself: 'This is you.',
    'in-call': 'You are in a call already.',
    'no-such-user': 'This user is not online.',
    'call-over': 'There is no such call any more.',
    'not-allowed': 'Only the administrator may write to everyone here.',
    unavailable: 'The server can’t do this now. Try again later.',
    internal: 'The server failed. Try again.',
  },
}

const CHINESE: Sentences = {
  online: '以下用户在线。',
  userOnline: (name) => `${name} 上线了。`,
  userOffline: (name) => `${name} 下线了。`,
  textToAll: (name) => `${name} 发了群消息。`,
  offer: (name) => `${name} 发来连接请求。`,
  answer: (name) => `${name} 作出应答。`,
  candidate: (name) => `${name} 给出一条路径。`,
  call: (name) => `${name} 正在呼叫你。`,
  accepted: (name) => `${name} 接受了通话。`,
  notOnline: '该用户不在线。',
  ended: {
    'hung-up': (name) => `${name} 已挂断。`,
    declined: (name) => `${name} 拒绝了通话。`,
    cancelled: (name) => `${name} 取消了呼叫。`,
    'no-answer': (name) => `${name} 没有接听。`,
    missed: (name) => `你错过了 ${name} 的来电。`,
    busy: (name) => `${name} 正在通话中。`,
    offline: (name) => `${name} 不在线。`,
    'do-not-disturb': (name) => `${name} 现在不想被打扰。`,
    lost: (name) => `与 ${name} 的连接已断开。`,
    'answered-elsewhere': (name) => `${name} 的来电已在另一台设备上接听。`,
  },
  declined: (name, words) => `${name} 拒绝了通话：${words}`,
  faults: {
    'not-attending': '请先发送 User/Connect。',
    'connect-first': '请先发送 User/Connect。',
    'not-you': '你登录的是另一个账号。请重新载入页面。',
    'unknown-method': '服务器不认识这个方法。',
    'no-receiver': '消息没有指明接收者。',
    'bad-text': '文字为空或太长。',
    'too-many': '消息太多，请稍等。',
    'rate-limited': '消息太多，请稍等。',
    'nobody-listens': '你与该用户没有通话。',
    yourself: '这是你自己。',
    'in-call': '你已在通话中。',
    'no-such-user': '该用户不在线。',
    'call-over': '这个通话已经结束。',
    'not-allowed': '这里只有管理员可以发群消息。',
    unavailable: '服务器暂时无法完成。请稍后再试。',
    internal: '服务器出错了。请再试一次。',
  },
}

/** The sentences for whoever sends these headers: English, or Chinese where it is asked for first. */
export function sentencesFor(headers: Headers): Sentences {
  const [first = ''] = (headers.get('accept-language') ?? '').split(',')
  return first.trim().toLowerCase().startsWith('zh') ? CHINESE : ENGLISH
}
