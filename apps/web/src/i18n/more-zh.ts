import type { MoreWords } from './more-en.ts'

const person = (name: string) => name || '对方'

/** Every word of what is behind “More” during a call, and of recording and live, in Simplified Chinese. */
export const moreZh: MoreWords = {
  record: '录制',
  recordHint: (name) => `会先征求${person(name)}的同意。录制期间通话经过服务器。`,
  goLive: '开始直播',
  goLiveHint: (name) => `${person(name)}同意后，观众可以看到你们两人。`,
  recordOn: '正在录制',
  liveOn: '正在直播',
  askedAlready: (name) => `正在等待${person(name)}答复。`,
  notOffered: {
    record: '本服务器不录制通话。',
    live: '本服务器不提供直播。',
  },
  olderPeer: (name) => `${person(name)}使用的程序无法征求同意。`,
  recordings: '录制内容',
  newTab: '（在新标签页打开）',

  question: {
    record: {
      title: (name) => `${person(name)}想录制这次通话，可以吗？`,
      what: '你们的画面和声音会写入本服务器上的文件。双方都可以观看、下载和删除。',
      yes: '可以录制',
    },
    live: {
      title: (name) => `${person(name)}想直播这次通话，可以吗？`,
      what: '任何有链接的人都能实时看到和听到你们两人。内容也可能发送到其他平台，并被对方保存。',
      yes: '可以直播',
    },
  },
  throughServer: '在此期间，通话经过服务器，服务器能看到和听到内容。结束之前不是端到端加密。',
  anyMoment: '你可以随时撤回同意，录制或直播会立即停止。',
  no: '不了，谢谢',
  declined: {
    record: (name) => `${person(name)}不希望被录制。没有录下任何内容。`,
    live: (name) => `${person(name)}不希望直播。没有播出任何内容。`,
  },
  takenBack: {
    record: (name) => `${person(name)}撤回了同意，录制已停止。`,
    live: (name) => `${person(name)}撤回了同意，直播已停止。`,
  },

  missing: {
    record: {
      self: '录制没有收到你的声音和画面。通话不受影响。',
      peer: (name) => `录制没有收到${person(name)}的声音和画面。通话不受影响。`,
      both: '录制没有收到双方的声音和画面。通话不受影响。',
    },
    live: {
      self: '观众暂时收不到你的声音和画面。通话不受影响。',
      peer: (name) => `观众暂时收不到${person(name)}的声音和画面。通话不受影响。`,
      both: '观众暂时收不到双方的声音和画面。通话不受影响。',
    },
  },
  arriving: {
    record: '录制又收到声音和画面了。',
    live: '观众又能收到声音和画面了。',
  },

  waitingFor: (name) => `正在询问${person(name)} …`,
  withdraw: '取消',
  starting: { record: '即将开始录制 …', live: '即将开始直播 …' },
  on: { record: '录制中', live: '直播中' },
  openControls: { record: '录制中：说明与停止', live: '直播中：链接与停止' },

  control: {
    record: {
      title: '这次通话正在录制',
      bySelf: (name) => `由你提出，${person(name)}已同意。`,
      byPeer: (name) => `由${person(name)}提出，你已同意。`,
      stop: '停止录制',
    },
    live: {
      title: '这次通话正在直播',
      bySelf: (name) => `由你提出，${person(name)}已同意。`,
      byPeer: (name) => `由${person(name)}提出，你已同意。`,
      stop: '停止直播',
    },
  },
  takeBack: '撤回我的同意',
  goOn: '继续进行',
  takeBackHint: '撤回也会立即停止。双方都可以这样做。',
  viewersLink: '观众链接',
  copyViewersLink: '复制链接',

  ended: {
    record: '录制已停止，可在录制内容中查看。',
    live: '直播已停止。',
  },
  toRecordings: '查看录制内容',

  goLiveTitle: '直播这次通话',
  goLiveText: (name) => `观众在本服务器的页面上看到和听到你们两人。会先征求${person(name)}的同意。`,
  layout: '画面布局',
  layouts: { inset: '小画面', 'side-by-side': '并排' },
  elsewhere: '同时发送到其他平台',
  pushAddress: '推流地址（RTMP）',
  pushAddressHint: '例如 rtmps://live.example.com/app，由平台提供。',
  pushKey: '推流密钥',
  pushKeyHint: '拥有它的人可以用你的名义直播。本页不会保存。',
  badPushAddress: '地址不正确：应以 rtmp:// 或 rtmps:// 开头，且不含空格。',
  badPushKey: '密钥不含空格，只能由字母、数字和符号组成。',
  showKey: '显示密钥',
  hideKey: '隐藏密钥',
  askAndGoLive: (name) => `询问${person(name)}`,
  cancel: '取消',

  shortcutNames: {
    microphone: '开关麦克风',
    camera: '开关摄像头',
    screen: '共享屏幕',
    chat: '聊天',
    fullscreen: '全屏',
    pip: '画中画',
    details: '连接详情',
    close: '关闭当前面板',
    help: '显示本列表',
  },
}
