import type { Dictionary } from '../page/language.ts'
import { common } from '../page/words.ts'

const en = {
  ...common.en,
  unverified:
    'These streams are encrypted as far as the media server, which could watch them; and nobody checks who is at the other end.',
  sound: 'Turn the sound on',
  streamFailed: 'The media server did not take the stream:',
}

const zh = {
  ...common.zh,
  unverified: '媒体流加密传到媒体服务器，服务器能够看到内容；也没有核实对方是谁。',
  sound: '打开声音',
  streamFailed: '媒体服务器没有接受这路流：',
}

/** Every word of the one-to-one page. Events of the state machine have their sentences in `said`. */
export const oneToOneWords = {
  en: {
    ...en,
    pageTitle: 'Duet: one to one',
    title: 'One to one, through a media server',
    about:
      'Send the address for the other person to someone. This page publishes your picture to the media server and plays theirs from it.',
    room: 'Room',
    display: 'You are',
    invite: 'For the other person',
    ownUrl: 'Your stream',
    peerUrl: 'Their stream',
    copy: 'Copy',
    copied: 'Copied',
    refreshPeer: 'Reload their page',
    alertPeer: 'Show them',
    alertText: 'Words for the other person',
    hello: 'Hello',
    alertFrom: 'From',
    refused:
      'Camera and microphone can’t be used: you only watch. Allow both for this page, leave and connect again to be seen.',
    displayTaken: 'Somebody in the room goes by your name already. Open the page without a name.',
    notLetIn: 'The server did not let you in.',
    formerPicture: 'Your former picture is still at the media server. Trying again.',
    publishLost: 'Your picture does not reach the media server any more. Leave, and connect again.',
    merge: 'Both streams',
    mergeAbout: 'Whoever has these addresses can play the two streams, each by itself.',
    player: 'Play it here',
    said: {
      start: 'Connecting.',
      joined: 'You are in the room.',
      full: 'The room is full: two are in it already.',
      refused: 'The server did not let you in.',
      'peer joined': 'The other person is here.',
      'peer published': 'The other person’s picture is coming.',
      'peer left': 'The other person has left.',
      published: 'Your picture goes to the media server.',
      'peer lost': 'The other person’s picture does not come any more.',
      lost: 'The connection to the server is lost. To be found again, leave and connect again.',
      hangup: 'You have left the call.',
    },
  },
  zh: {
    ...zh,
    pageTitle: 'Duet：一对一',
    title: '经过媒体服务器的一对一通话',
    about: '把“给对方的地址”发给对方。本页把你的画面发布到媒体服务器，并从服务器播放对方的画面。',
    room: '房间',
    display: '你的名字',
    invite: '给对方的地址',
    ownUrl: '你的流',
    peerUrl: '对方的流',
    copy: '复制',
    copied: '已复制',
    refreshPeer: '刷新对方页面',
    alertPeer: '显示给对方',
    alertText: '要给对方看的文字',
    hello: '你好',
    alertFrom: '来自',
    refused:
      '无法使用摄像头和麦克风，现在只能观看。请允许本页使用两者，离开后重新连接，对方才能看到你。',
    displayTaken: '房间里已有人使用这个名字。请打开不带名字的页面。',
    notLetIn: '服务器没有让你进入。',
    formerPicture: '媒体服务器上还有你之前的画面，正在重试。',
    publishLost: '你的画面已传不到媒体服务器。请离开后重新连接。',
    merge: '两路流',
    mergeAbout: '拿到这些地址的人都能分别播放这两路流。',
    player: '在这里播放',
    said: {
      start: '正在连接。',
      joined: '你已进入房间。',
      full: '房间已满：里面已有两个人。',
      refused: '服务器没有让你进入。',
      'peer joined': '对方来了。',
      'peer published': '对方的画面即将出现。',
      'peer left': '对方已离开。',
      published: '你的画面正在发往媒体服务器。',
      'peer lost': '对方的画面不再传来。',
      lost: '与服务器的连接已断开。请离开后重新连接，对方才能找到你。',
      hangup: '你已离开通话。',
    },
  },
} satisfies Dictionary

const stream = {
  en: {
    ...en,
    address: 'Address of the stream',
    token: 'Token, where one is asked for',
    start: 'Start',
    stop: 'Stop',
    badAddress: 'This is no address of a stream. It begins with https: or webrtc:',
    lost: 'The connection to the media server is lost.',
    connecting: 'Connecting.',
  },
  zh: {
    ...zh,
    address: '流的地址',
    token: '令牌（需要时填写）',
    start: '开始',
    stop: '停止',
    badAddress: '这不是流的地址。地址以 https: 或 webrtc: 开头',
    lost: '与媒体服务器的连接已断开。',
    connecting: '正在连接。',
  },
} satisfies Dictionary

/** Every word of the page that publishes. */
export const publisherWords = {
  en: {
    ...stream.en,
    pageTitle: 'Duet: publish',
    title: 'Publish a stream',
    about: 'Sends camera and microphone to a media server by WHIP.',
    empty: 'Your picture will appear here.',
    live: 'The media server receives the stream.',
  },
  zh: {
    ...stream.zh,
    pageTitle: 'Duet：发布',
    title: '发布一路流',
    about: '通过 WHIP 把摄像头和麦克风发送到媒体服务器。',
    empty: '你的画面会出现在这里。',
    live: '媒体服务器正在接收这路流。',
  },
} satisfies Dictionary

/** Every word of the page that plays. */
export const playerWords = {
  en: {
    ...stream.en,
    pageTitle: 'Duet: play',
    title: 'Play a stream',
    about: 'Plays a stream of a media server by WHEP.',
    empty: 'The stream will appear here.',
    live: 'The stream is playing.',
  },
  zh: {
    ...stream.zh,
    pageTitle: 'Duet：播放',
    title: '播放一路流',
    about: '通过 WHEP 播放媒体服务器上的流。',
    empty: '流的画面会出现在这里。',
    live: '正在播放。',
  },
} satisfies Dictionary
