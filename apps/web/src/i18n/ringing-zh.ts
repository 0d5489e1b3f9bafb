import type { RingingWords } from './ringing-en.ts'

const person = (name: string) => name || '对方'

/** Every word of ringing and of calls between users, in Chinese. */
export const ringingZh: RingingWords = {
  placing: '正在呼叫……',
  ringing: '对方正在响铃',
  unreached: '正在寻找能响铃的设备……',
  picking: '正在接听……',
  callTo: (name) => `呼叫${person(name)}`,
  cancel: '取消呼叫',
  ownPicture: '你自己的画面，对方将看到的样子',

  incomingTitle: (name) => `${person(name)}来电`,
  incomingAudio: '语音通话',
  incomingVideo: '视频通话',
  accept: '接听',
  acceptVideo: '视频接听',
  acceptAudio: '仅语音接听',
  decline: '拒绝',
  declineWith: '拒绝并回复',
  declineTitle: '告诉对方原因',
  declineSentences: {
    later: '我稍后给你回电。',
    writing: '现在不方便说话，请给我发消息。',
    soon: '请等我五分钟。',
  },
  declineOwn: '自己写一句',
  declineSend: '拒绝并发送',
  back: '返回',
  nothingYet: '接听之前，你的摄像头和麦克风都是关闭的。',

  ends: {
    'hung-up': () => '通话已结束',
    declined: (name) => `${person(name)}拒绝了来电`,
    cancelled: () => '呼叫已取消',
    'no-answer': (name) => `${person(name)}没有接听`,
    busy: (name) => `${person(name)}正在另一个通话中`,
    offline: (name) => `${person(name)}不在线`,
    'do-not-disturb': (name) => `${person(name)}现在不希望被打扰`,
    lost: (name) => `与${person(name)}的连接断开了`,
    'answered-elsewhere': () => '已在其他设备上接听',
    refused: () => '无法发起这个通话',
  },
  next: {
    'hung-up': '摄像头和麦克风已关闭。',
    declined: '你可以改为发送消息。',
    cancelled: '摄像头和麦克风已关闭。',
    'no-answer': '对方的通话记录中会显示未接来电。可以发消息，或稍后再试。',
    busy: '对方的通话记录中会显示未接来电。可以发消息，或过一会儿再试。',
    offline: '对方的通话记录中会显示未接来电。发送的消息会等对方上线。',
    'do-not-disturb': '对方没有响铃，通话记录中会显示未接来电。可以发消息。',
    lost: '请检查网络，然后再次呼叫。',
    'answered-elsewhere': '通话在那台设备上继续。',
    refused: '',
  },
  missed: (name) => `未接来电：${person(name)}`,
  missedNext: '可以在通话记录中查看。',
  talked: (duration) => `通话时长 ${duration}。`,
  tooLate: '你还没来得及接听，通话就已结束。',
  callAgain: '再次呼叫',
  callBack: '回电',
  write: '发消息',
  close: '关闭',

  backToPages: '返回联系人，通话继续',
  backToCall: '回到通话',
  smallCall: (name) => `与${person(name)}的通话`,
  withoutPicture: '这是语音通话。你可以打开自己的摄像头。',

  phrase: {
    wait: '正在核对……',
    compare: '核对',
    failed: '核对失败',
    title: '只有你们两个人吗？',
    read: (name) => `把这四个图案读给${person(name)}听。如果你们看到的相同，就没有人窃听。`,
    differ: '如果不同，说明有人在窃听。请挂断。',
    waiting: '双方的浏览器还在商定用来核对的四个图案。',
    failedText: '对方没有遵守核对规则，可能有人在窃听。请挂断后重新呼叫。',
  },

  ring: {
    title: '响铃',
    test: '试听铃声',
    stop: '停止',
    hint: '在你按下页面上的按钮之前，浏览器不让本页发声。请试听一次铃声，之后就能听到来电。',
    refused: '浏览器没有允许本页发声。请在地址栏旁允许本页播放声音，然后再试。',
    silent: '现在听不到铃声：点一下本页，浏览器才会让它发声。',
    works: '本页打开时，你能听到来电铃声。',
  },

  push: {
    title: '页面关闭时也响铃',
    on: '即使没有打开 Duet 页面，这个浏览器也会为来电响铃。',
    off: '只有打开 Duet 页面时，来电才会在这里响铃。',
    asking: '浏览器正在询问你是否允许通知，请选择“允许”。',
    turnOn: '关闭页面时也响铃',
    turnOff: '关闭页面时不再响铃',
    failed: '没有成功：浏览器的通知服务没有响应。请稍后再试。',
    obstacles: {
      insecure: '这需要安全的地址。请用 https 打开本页，并使用浏览器信任的证书。',
      'self-signed':
        '这需要浏览器信任的证书，而本服务器的证书是自己生成的：请在本设备上打开 /trust。只要打开着 Duet 页面，来电仍会响铃。',
      'home-screen':
        '在 iPhone 或 iPad 上，只有从主屏幕打开才能使用：打开分享菜单，选择“添加到主屏幕”，然后从主屏幕打开 Duet。',
      unsupported:
        '这个浏览器无法在页面关闭时响铃。请保持 Duet 页面打开，或使用最新版的 Chrome、Edge、Firefox 或 Safari。',
      'no-server': '本服务器无法发送通知。请保持 Duet 页面打开，以便接听来电。',
      blocked: '本页的通知已被阻止。请点击地址栏旁的图标，允许通知，然后回到本页。',
    },
  },
}
