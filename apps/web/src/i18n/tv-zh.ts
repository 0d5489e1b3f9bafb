import type { TvWords } from './tv-en.ts'

const person = (name: string) => name || '对方'

/** Every word of the TV's page, in Simplified Chinese. */
export const tvZh: TvWords = {
  title: '电视',

  opening: '正在连接服务器……',
  gettingCode: '正在获取代码……',
  noCode: '服务器暂时没有给出代码，正在重试……',
  unreachable: '连接不上服务器，正在重试……',
  ready: '把手机或电脑上的内容投放到这里',
  chooses: (name) => `${person(name)}已输入代码，正在选择要投放的内容`,
  lostBeforeShown: '连接中断，正在重新连接……',
  gone: {
    left: (name) => `${person(name)}已离开`,
    lost: (name) => `与${person(name)}的连接已断开`,
    stopped: (name) => `已停止${person(name)}的投放`,
  },
  impossible:
    '这个浏览器无法显示别人发来的画面。请用最新版的 Chrome、Edge、Firefox 或 Safari 打开本页。',

  open: '打开',
  enter: '并输入这个代码',
  scan: '或扫描二维码',
  codeLabel: (spelt) => `代码：${spelt}`,
  qrLabel: '二维码：打开已填好代码的页面',

  onItsWay: '画面马上就来……',
  paused: (name) => `${person(name)}暂停了`,
  reconnecting: '连接中断，正在重新连接……',
  shows: (name) => `${person(name)}正在投放`,
  serverAway: '连接不上服务器，画面不受影响。',

  controls: '控制按钮',
  stop: '停止',
  mute: '静音',
  unmute: '取消静音',
  newCode: '换一个代码',
  soundBlocked: '按任意键之前，这个浏览器不会播放声音。',
  soundPress: '按确定键打开声音',

  phraseCompare: '对方看到的是同样的四幅图吗？',
  phraseFailed: '可能有别人在中间。请停止，并换一个代码。',
}
