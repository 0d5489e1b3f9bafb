import type { UserNameFault } from '@duet/protocol'
import type { Language } from './error-sentences.ts'

/**
 * Codes with which the account API refuses. Four are the page's own. network: no answer came.
 * wrong-password: `wrong-credentials`, where only the password was asked for. bad-validity: an
 * end before the beginning. cookie-refused: the browser did not keep the login.
 */
export const API_CODES = [
  'bad-field',
  'not-json',
  'not-signed-in',
  'not-allowed',
  'wrong-credentials',
  'name-taken',
  'bad-user-name',
  'weak-password',
  'registration-closed',
  'used-up',
  'not-found',
  'rate-limited',
  'foreign-origin',
  'unavailable',
  'internal',
  'network',
  'wrong-password',
  'bad-validity',
  'cookie-refused',
] as const
export type ApiCode = (typeof API_CODES)[number]

/** Why the server did not do what a page asked for. */
export interface ApiFault {
  code: ApiCode
  /** What exactly, where the code has kinds: the fault of a user name. */
  detail?: string
  /** With `rate-limited`: seconds until the next try may succeed. */
  retryAfterS?: number
}

type Sentence = Record<Language, string>

/** What happened, what it means, what to do. */
export const API_SENTENCES: Record<ApiCode, Sentence> = {
  'bad-validity': {
    en: 'The end is not after the beginning. Choose a later end, or none.',
    zh: '结束时间不在开始时间之后。请选择更晚的结束时间，或留空。',
  },
  'cookie-refused': {
    en: 'The server let you in, but this browser did not keep the login. Open Duet at an address that begins with https://, and allow its cookies.',
    zh: '服务器已接受，但浏览器没有保存登录状态。请用以 https:// 开头的地址打开 Duet，并允许它的 Cookie。',
  },
  'bad-field': {
    en: 'The server refused a part of this as not valid. Check what you typed.',
    zh: '有一部分内容无效，服务器没有接受。请检查输入。',
  },
  'not-json': {
    en: 'The server did not understand this page. Reload it.',
    zh: '服务器没有理解本页发送的内容。请重新加载页面。',
  },
  'not-signed-in': {
    en: 'You are not logged in here any more. Log in to go on.',
    zh: '你在这里已不是登录状态。请重新登录。',
  },
  'not-allowed': {
    en: 'You may not do that. Ask the person who runs this server.',
    zh: '你没有权限这样做。请询问管理服务器的人。',
  },
  'wrong-credentials': {
    en: 'User name and password do not fit together. Check both.',
    zh: '用户名与密码不符。请检查两者。',
  },
  'name-taken': {
    en: 'Somebody has this user name already. Choose another one.',
    zh: '这个用户名已有人使用。请换一个。',
  },
  'bad-user-name': {
    en: 'This user name does not work. Use letters, digits and . _ - @, with a letter or digit first.',
    zh: '这个用户名不可用。请使用文字、数字以及 . _ - @，以文字或数字开头。',
  },
  'weak-password': {
    en: 'This password is too easy to guess. Use 8 to 256 characters, and not the user name.',
    zh: '这个密码太容易被猜到。请使用 8 到 256 个字符，不要与用户名相同。',
  },
  'registration-closed': {
    en: 'This server takes no new people that way. Ask the person who runs it for an invitation.',
    zh: '目前不能这样注册。请向管理服务器的人索取邀请。',
  },
  'used-up': {
    en: 'This link was used already, or it is too old. Ask for a new one.',
    zh: '这个链接已被使用或已过期。请索取新的链接。',
  },
  'not-found': {
    en: 'That is not there any more. Reload the page.',
    zh: '内容已不存在。请重新加载页面。',
  },
  'rate-limited': {
    en: 'That was too often in a short time. Wait a moment, then try again.',
    zh: '短时间内操作太多。请稍等片刻再试。',
  },
  'foreign-origin': {
    en: 'The server took this for a request of another website and refused it. Open Duet at its own address.',
    zh: '服务器认为请求来自其他网站，因此拒绝了。请用 Duet 自己的地址打开。',
  },
  unavailable: {
    en: 'The server can’t reach its database at the moment; nothing was changed. Try again soon.',
    zh: '服务器暂时无法访问数据库，没有任何改动。请稍后再试。',
  },
  internal: {
    en: 'Something broke on the server; it is not your fault. Try again in a moment.',
    zh: '服务器出了问题，不是你的原因。请稍后再试。',
  },
  'wrong-password': {
    en: 'This is not your password. Type it again.',
    zh: '密码不对。请重新输入。',
  },
  network: {
    en: 'The server could not be reached. Check your connection, then try again.',
    zh: '无法连接服务器。请检查网络，然后重试。',
  },
}

/** Why a user name is refused, said while it is typed. */
const USER_NAME_SENTENCES: Record<UserNameFault, Sentence> = {
  empty: { en: 'Type a user name first.', zh: '请先输入用户名。' },
  'too-long': {
    en: 'This user name is too long: 32 characters at most.',
    zh: '用户名太长：最多 32 个字符。',
  },
  'bad-character': {
    en: 'Use letters, digits and . _ - @, with a letter or digit first.',
    zh: '请使用文字、数字以及 . _ - @，以文字或数字开头。',
  },
}

const WAIT: Record<Language, (seconds: number) => string> = {
  en: (seconds) => `That was too often in a short time. Try again in ${waitText(seconds, 'en')}.`,
  zh: (seconds) => `短时间内操作太多。请在 ${waitText(seconds, 'zh')}后重试。`,
}

/** The sentence for a fault; the code of a newer server is `internal`. */
export function apiSentence(fault: ApiFault, language: Language): string {
  const { code, detail, retryAfterS } = fault
  if (code === 'rate-limited' && retryAfterS) return WAIT[language](retryAfterS)
  if (code === 'bad-user-name' && detail && Object.hasOwn(USER_NAME_SENTENCES, detail)) {
    return USER_NAME_SENTENCES[detail as UserNameFault][language]
  }
  return API_SENTENCES[code][language]
}

/** A code as it came over the wire. */
export function apiCodeOf(code: unknown): ApiCode {
  return API_CODES.find((known) => known === code) ?? 'internal'
}

function waitText(seconds: number, language: Language): string {
  const isLong = seconds >= 90
  const count = isLong ? Math.ceil(seconds / 60) : Math.ceil(seconds)
  if (language === 'zh') return `${count} ${isLong ? '分钟' : '秒'}`
  return `${count} ${isLong ? 'minutes' : count === 1 ? 'second' : 'seconds'}`
}
