/** The few words of notifications; the worker carries no others. */
interface PushWords {
  calling: (name: string) => string
  audio: string
  video: string
  accept: string
  decline: string
  missed: (name: string) => string
  missedBody: string
}

const WORDS: Record<'en' | 'zh', PushWords> = {
  en: {
    calling: (name) => `${name || 'Somebody'} is calling`,
    audio: 'Call without picture',
    video: 'Video call',
    accept: 'Accept',
    decline: 'Decline',
    missed: (name) => `Missed call from ${name || 'somebody'}`,
    missedBody: 'Press to see your calls.',
  },
  zh: {
    calling: (name) => `${name || '有人'}来电`,
    audio: '语音通话',
    video: '视频通话',
    accept: '接听',
    decline: '拒绝',
    missed: (name) => `未接来电：${name || '有人'}`,
    missedBody: '点按查看通话记录。',
  },
}

/** In the language that the browser subscribed with. */
export function pushWords(language: string): PushWords {
  return language.toLowerCase().startsWith('zh') ? WORDS.zh : WORDS.en
}
