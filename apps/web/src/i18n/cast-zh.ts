import type { CastWords } from './cast-en.ts'

const tv = (name: string) => (name ? `“${name}”` : '电视')

/** Every word of showing something on a TV, in Simplified Chinese. */
export const castZh: CastWords = {
  title: '投放到电视',
  about: (address) => `在电视上打开 ${address}，然后在这里输入电视显示的代码。`,
  code: '电视上的代码',

  entry: {
    empty: '六个字母和数字。',
    missing: '请先输入电视显示的六个字符。',
    'bad-character': '代码里没有 0、1、5、I、L、O、S。请对照电视再看一遍。',
    looking: '正在寻找电视……',
    unreachable: '连不上服务器，正在重试……',
    found: (name) => (name ? `已找到电视：${name}` : '已找到电视'),
    busy: '现在有别人正在使用这台电视。',
    tooMany: '这里输错代码的次数太多。请等一分钟再试。',
    putOut: '电视那边断开了你。',
    idle: '两分钟内没有投放内容，电视已让给其他人使用。',
    left: '你已离开电视。',
  },
  tryAgain: '重试',
  goOn: '继续',

  what: '投放什么',
  screen: '屏幕、窗口或标签页',
  screenHint: '浏览器会问你选哪一个。浏览器支持时，声音会一起投放。',
  camera: '摄像头',
  cameraHint: '只有画面，没有声音。',
  onlyCamera: '手机和平板上的浏览器不能共享屏幕，所以这里投放的是摄像头画面。',
  whichCamera: '哪个摄像头',
  facing: { environment: '后置', user: '前置' },

  mode: '画面偏好',
  modes: { text: '文字', motion: '视频' },
  modeHints: { text: '文字和线条保持清晰。', motion: '动作保持流畅。' },

  startScreen: '选择并投放',
  startCamera: '投放摄像头',
  starting: '正在寻找电视……',
  choosing: '浏览器正在询问……',

  notices: {
    nothing: '没有选择任何内容，因此没有新的投放。',
    press: '浏览器要求再按一次。请再按一下按钮。',
    denied: '本页的摄像头被禁止了。请在地址栏旁允许使用，然后重试。',
    none: '没有找到摄像头。请接上后重试。',
    'in-use': '它正被其他程序占用，浏览器得不到画面。请先在那里关闭，然后重试。',
    failed: '浏览器没有给出画面。请重试，或选择别的内容。',
    'no-answer': '服务器没有回应。找到电视后请再按一次。',
  },

  shown: {
    connecting: (name) => `正在连接${tv(name)}……`,
    showing: (name) => `正在${tv(name)}上显示`,
    paused: (name) => `已在${tv(name)}上暂停`,
    pausedHint: '电视保留最后一幅画面。',
    left: (name) => `${tv(name)}已关闭，正在等它回来。`,
    lost: (name) => `${tv(name)}断网了，正在等它回来。`,
    reconnecting: (name) => `与${tv(name)}的连接中断，正在重新建立……`,
    offline: '连不上服务器，画面继续传送。',
    stuck:
      '还没有找到通往电视的路径：中间可能有防火墙。请让两者使用同一个网络，或请服务器的管理者开放所需端口。',
  },
  preview: '你投放的内容',
  isPaused: '已暂停',
  path: {
    direct: '画面直接传到电视。',
    relay: '画面经过中继传送，中继看不到内容。',
  },
  controls: '投放控制',
  pause: '暂停',
  resume: '继续',
  anotherScreen: '换一个内容',
  toScreen: '改投屏幕',
  toCamera: '改投摄像头',
  otherCamera: '换一个摄像头',
  soundOff: '关闭声音',
  soundOn: '打开声音',
  noSound: '没有声音。浏览器只提供标签页的声音，有的系统也提供整个屏幕的声音，并且要在选择时允许。',
  stop: '停止投放',

  phrase: {
    title: '电视上是同样的四幅图吗？',
    waiting: '浏览器正在与电视商定用来对照的四幅图……',
    same: '相同就说明你和电视之间没有别人。不同的话，请停止投放。',
    failed: '电视没有遵守这项核对的规则，中间可能有人。请停止投放，并让电视显示新的代码。',
  },

  ends: {
    stopped: (name) => `你停止了在${tv(name)}上的投放。`,
    receiver: (name) => `${tv(name)}那边结束了画面。`,
    'receiver-gone': (name) => `${tv(name)}已关闭，没有再回来。`,
    'session-taken': (name) => `另一个页面正在${tv(name)}上投放。`,
    'camera-lost': () => '摄像头没有了：可能已拔出，或被其他程序占用。',
    lost: (name) => `与${tv(name)}的连接断开了。`,
  },
  endTitle: '投放已结束',
  released: '你的屏幕和摄像头已不再被采集。',
  again: '再次投放',
  anotherTv: '换一台电视',

  obstacles: {
    'no-webrtc': {
      text: '这个浏览器不能投放到电视。请用最新版的 Chrome、Edge、Firefox 或 Safari 打开本页。',
      button: '复制链接',
    },
    'in-app-browser': {
      text: '你正在另一个应用里打开本页，它可能不让网页使用屏幕和摄像头。请用手机自带的浏览器打开。',
      button: '复制链接',
    },
    insecure: {
      text: '这个地址不安全，浏览器因此不让本页使用屏幕和摄像头。请改用安全地址。',
      button: '打开安全页面',
    },
    framed: {
      text: '外层网页没有把屏幕和摄像头的权限交给本页。请在单独的标签页中打开。',
      button: '在标签页中打开',
    },
  },

  call: {
    about: (address) =>
      `对方的画面移到电视上，声音留在这里。在电视上打开 ${address}，然后在这里输入电视显示的代码。`,
    start: '把画面移过去',
    stop: '把画面收回来',
    shown: (name) => `画面正在${tv(name)}上显示`,
    shownHint: '对方的声音在这里。',
    waitingForPicture: (name) => `${tv(name)}已就绪，有画面时会马上显示。`,
    away: (name) => `与${tv(name)}的连接中断。画面暂时回到这里，电视恢复后会再移过去。`,
    ends: {
      receiver: (name) => `${tv(name)}那边结束了画面，画面回到了这里。`,
      'receiver-gone': (name) => `${tv(name)}已关闭，没有再回来。画面回到了这里。`,
      'session-taken': (name) => `另一个页面正在${tv(name)}上投放。画面回到了这里。`,
      lost: (name) => `与${tv(name)}的连接断开了。画面回到了这里。`,
      'peer-gone': (name) => `对方已离开，${tv(name)}上不再显示画面。`,
    },
  },
}
