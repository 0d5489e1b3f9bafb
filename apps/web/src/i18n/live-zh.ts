import type { LiveWords } from './live-en.ts'

/** Every word of the viewers' page, in Simplified Chinese. */
export const liveZh: LiveWords = {
  title: (room) => `${room} 的直播`,
  live: '直播中',
  asking: '正在查看是否有直播 …',
  waiting: '直播还没有开始',
  waitingHint: '直播一开始，画面就会自动出现。你可以一直开着本页。',
  arriving: '直播已开始，画面马上就来 …',
  over: '直播已结束',
  overHint: '感谢观看。如果再次开播，画面会自动出现。',
  unreachable: '无法连接服务器，正在重试 …',
  failed: '画面无法传到这个浏览器，正在重试 …',
  hlsNote: '晚几秒',
  hlsExplain: '你的网络无法直接接收画面，因此会晚几秒。',
  blocked: '在你按下按钮之前，浏览器不会发出声音。',
  tapToHear: '点按收听',
  mute: '关闭声音',
  unmute: '打开声音',
  controls: '控制',
  picture: (number) => `第 ${number} 个人的画面`,
  bothPictures: '双方的画面',
}
