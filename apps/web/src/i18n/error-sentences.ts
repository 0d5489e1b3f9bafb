import type { FailCode, RefusedCode } from '@duet/client'
import type { RoomNameFault } from '@duet/protocol'

/** The languages of the pages. */
export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

type Sentence = Record<Language, string>

/** What happened, what it means, what to do: for every code with which a request or a call can fail. */
export const FAIL_SENTENCES: Record<FailCode | RefusedCode, Sentence> = {
  'not-json': {
    en: 'The server did not understand this page. Reload it.',
    zh: '服务器没有理解本页发送的内容。请重新加载页面。',
  },
  'unknown-type': {
    en: 'The server does not know this request; it may be older than this page. Reload the page.',
    zh: '服务器不认识这个请求，它的版本可能比本页旧。请重新加载页面。',
  },
  'bad-field': {
    en: 'The server refused this request because a part of it was not valid. Try it differently.',
    zh: '请求中有一部分无效，服务器没有接受。请换一种方式再试。',
  },
  'hello-first': {
    en: 'The connection to the server began in the wrong order. Reload the page.',
    zh: '与服务器的连接顺序有误。请重新加载页面。',
  },
  'unsupported-version': {
    en: 'This page and the server are of different versions. Reload the page.',
    zh: '本页与服务器的版本不同。请重新加载页面。',
  },
  'bad-room-name': {
    en: 'This room name does not work. Use 1 to 64 letters, digits or spaces.',
    zh: '这个房间名称不可用。请使用 1 到 64 个文字、数字或空格。',
  },
  'not-in-room': {
    en: 'You are not in this room any more, so that was not sent. Join again.',
    zh: '你已不在这个房间，内容没有发出。请重新加入。',
  },
  'already-in-room': {
    en: 'You are already in a room. Leave it first.',
    zh: '你已经在一个房间里。请先离开。',
  },
  'no-such-peer': {
    en: 'The other person was gone already, so that did not arrive.',
    zh: '对方已经离开，内容没有送达。',
  },
  'line-full': {
    en: 'Too many people are in line already. Try later, or make another room.',
    zh: '排队的人已经太多。请稍后再试，或另开一个房间。',
  },
  'no-such-cast': {
    en: 'No TV shows this code. Compare it with the screen of the TV, letter by letter.',
    zh: '没有电视显示这个代码。请对照电视屏幕逐个核对。',
  },
  'cast-over': {
    en: 'This code is not valid any more: the TV was switched off, or shows another code by now.',
    zh: '这个代码已失效：电视已关闭，或已显示新的代码。',
  },
  'code-taken': {
    en: 'Another TV has this code. Load this page again to get another one.',
    zh: '这个代码已被另一台电视使用。请重新加载本页以获取新的代码。',
  },
  'media-off': {
    en: 'Calls can’t go through this server at the moment. Yours goes on directly.',
    zh: '目前无法通过本服务器转发通话。你的通话会继续直接进行。',
  },
  'no-consent': {
    en: 'The other person has not agreed to this, or does not any more. Ask, then start again.',
    zh: '对方还没有同意，或已撤回同意。请先征得同意再开始。',
  },
  'capture-unavailable': {
    en: 'This call can’t be recorded or broadcast: the server does not do it, or not with this person’s app.',
    zh: '这个通话无法录制或直播：服务器没有开启此功能，或对方使用的程序不支持。',
  },
  'not-signed-in': {
    en: 'You are not logged in here any more. Log in and try again.',
    zh: '你在这里已不是登录状态。请登录后再试。',
  },
  'not-attending': {
    en: 'This page is not ready for calls yet. Wait a moment, then try again.',
    zh: '本页还没有准备好通话。请稍等片刻再试。',
  },
  'no-such-user': {
    en: 'There is no such person here any more.',
    zh: '这里已经没有这个人了。',
  },
  'in-call': {
    en: 'You are in a call already. End it first.',
    zh: '你正在通话中。请先结束当前通话。',
  },
  'call-over': {
    en: 'That call is over, or somebody answered it on another device.',
    zh: '这个通话已经结束，或已在其他设备上接听。',
  },
  'not-allowed': {
    en: 'You may not do that here. Ask the person who runs this server.',
    zh: '你在这里没有权限这样做。请询问管理本服务器的人。',
  },
  'room-closed': {
    en: 'This room is not open now. Ask the person who invited you for the right time.',
    zh: '这个房间现在没有开放。请向邀请你的人确认时间。',
  },
  'entry-refused': {
    en: 'You were not let in. Ask the person who invited you.',
    zh: '对方没有让你进入。请联系邀请你的人。',
  },
  unavailable: {
    en: 'The server cannot reach its database at the moment; nothing was changed. Try again soon.',
    zh: '服务器暂时无法访问数据库，没有任何改动。请稍后再试。',
  },
  'rate-limited': {
    en: 'That was too much in a short time. Wait a moment, then try again.',
    zh: '短时间内操作太多。请稍等片刻再试。',
  },
  internal: {
    en: 'Something broke on the server; it is not your fault. Try again in a moment.',
    zh: '服务器出了问题，不是你的原因。请稍后再试。',
  },
  'bad-frames': {
    en: 'The server ended the connection because it did not understand this page. Reload it.',
    zh: '服务器没有理解本页发送的内容，结束了连接。请重新加载页面。',
  },
  'signed-out': {
    en: 'You were logged out on this device. Log in to go on.',
    zh: '你已在这台设备上退出登录。请重新登录后继续。',
  },
  'hello-timeout': {
    en: 'The connection to the server took too long to begin. Try again.',
    zh: '与服务器建立连接的时间太长。请重试。',
  },
  'session-taken': {
    en: 'This call goes on in another tab. You can close this one.',
    zh: '这个通话已在另一个标签页中继续。你可以关闭本页。',
  },
  'sequence-broken': {
    en: 'Some messages were lost on the way to the server. Join again.',
    zh: '与服务器之间丢失了一些消息。请重新加入。',
  },
  'server-going-away': {
    en: 'The server is being restarted. Try again in a few seconds.',
    zh: '服务器正在重启。请几秒后再试。',
  },
  'too-slow': {
    en: 'Your network is too slow to keep up with the server. Try again, or use another network.',
    zh: '你的网络太慢，跟不上服务器。请重试，或换一个网络。',
  },
  'no-webrtc': {
    en: 'This browser can’t make calls. Open the link in a current Chrome, Edge, Firefox or Safari.',
    zh: '这个浏览器不支持通话。请用最新版的 Chrome、Edge、Firefox 或 Safari 打开链接。',
  },
  'insecure-page': {
    en: 'This page is not secure, so the link’s key can’t be used. Open the same link with https.',
    zh: '这个页面不安全，无法使用链接中的密钥。请用 https 打开同一个链接。',
  },
  'chat-unreadable': {
    en: 'A message came that is not sealed with your link’s key, and is not shown. Ask the other person to write it again.',
    zh: '收到一条没有用你的链接密钥加密的消息，未予显示。请让对方重新发送。',
  },
  closed: {
    en: 'The connection was closed. Reload the page to call again.',
    zh: '连接已关闭。请重新加载页面后再通话。',
  },
}

/** Why a room name is refused, said while it is typed. */
export const ROOM_NAME_SENTENCES: Record<RoomNameFault, Sentence> = {
  empty: { en: 'Type a name first.', zh: '请先输入名称。' },
  'too-long': {
    en: 'This is too long: 64 characters at most.',
    zh: '太长了：最多 64 个字符。',
  },
  'bad-character': {
    en: 'These can’t be used: / \\ ? # and invisible characters.',
    zh: '不能使用这些字符：/ \\ ? # 以及不可见字符。',
  },
}

/** The sentence for a code as it came over the wire; an unknown one is `internal`. */
export function failSentence(code: string, language: Language): string {
  const sentence = Object.hasOwn(FAIL_SENTENCES, code)
    ? FAIL_SENTENCES[code as FailCode | RefusedCode]
    : FAIL_SENTENCES.internal
  return sentence[language]
}
