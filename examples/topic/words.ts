import type { Dictionary } from '../page/language.ts'
import { common } from '../page/words.ts'

/** Every word of the topic page. Events of the state machine have their sentences in `said`. */
export const words = {
  en: {
    ...common.en,
    pageTitle: 'Duet: topic',
    title: 'Call by topic',
    about: 'Send this page’s address to someone, and connect. This page speaks plain WebSocket.',
    room: 'Room',
    said: {
      called: 'You are in the room. The call begins when both of you are there.',
      call: 'The other person is here: calling.',
      offer: 'The other person is calling.',
      answer: 'The other person has answered.',
      full: 'The room is full: you are in line. If you were in it just now, reload this page.',
      leave: 'The other person has left.',
      hangup:
        'You have left the call. The room still knows this page until it is closed or reloaded.',
      lost: 'The connection to the server is lost. Connect again.',
    },
  },
  zh: {
    ...common.zh,
    pageTitle: 'Duet：主题',
    title: '主题通话',
    about: '把本页地址发给对方，然后连接。本页使用普通的 WebSocket。',
    room: '房间',
    said: {
      called: '你已进入房间。两人到齐后开始通话。',
      call: '对方来了，正在呼叫。',
      offer: '对方正在呼叫。',
      answer: '对方已接听。',
      full: '房间已满，你正在排队。如果你刚才就在房间里，请重新载入本页。',
      leave: '对方已离开。',
      hangup: '你已离开通话。在关闭或重新载入之前，房间仍保留着本页。',
      lost: '与服务器的连接已断开。请重新连接。',
    },
  },
} satisfies Dictionary
