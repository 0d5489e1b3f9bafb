import type { Dictionary } from './language.ts'

/** What both pages say. */
export const common = {
  en: {
    connect: 'Connect',
    leave: 'Leave',
    localVideo: 'Your own picture',
    remoteVideo: 'The other person’s picture',
    nobody: 'The other person will appear here.',
    state: 'State:',
    ready: 'Not connected.',
    asking: 'Your browser may ask for camera and microphone: allow both.',
    refused: 'Camera and microphone can’t be used. Allow both for this page, and connect again.',
    unreachable:
      'The server can’t be reached, or does not serve this kind of call. Connect again later.',
    talking: 'You are in a call.',
    failed: 'The call could not be set up. Leave, and connect again.',
    unverified:
      'These calls are encrypted between the two browsers, but nobody checks who is at the other end.',
    duet: 'Make a verified call with Duet',
  },
  zh: {
    connect: '连接',
    leave: '离开',
    localVideo: '你自己的画面',
    remoteVideo: '对方的画面',
    nobody: '对方会出现在这里。',
    state: '状态：',
    ready: '未连接。',
    asking: '浏览器可能会询问摄像头和麦克风，请都允许。',
    refused: '无法使用摄像头和麦克风。请允许本页使用，然后重新连接。',
    unreachable: '无法连接服务器，或服务器不提供这种通话。请稍后重新连接。',
    talking: '正在通话。',
    failed: '通话没能建立。请离开后重新连接。',
    unverified: '通话在两个浏览器之间加密，但没有核实对方是谁。',
    duet: '用 Duet 进行经过核实的通话',
  },
} satisfies Dictionary
