import type { Language } from './error-sentences.ts'

/** Why a recording or a live picture is less than it could be, or is not at all. */
export const CAPTURE_FAULTS = [
  'disk-full',
  'disk-slow',
  'disk-failed',
  'no-room',
  'no-merge-space',
  'no-ffmpeg',
  'ffmpeg-failed',
  'push-refused',
  'no-media',
  'too-many',
] as const
export type CaptureFaultCode = (typeof CAPTURE_FAULTS)[number]

type Sentence = Record<Language, string>

/** What happened, what it means, what to do; `other`: a code of a newer server. */
export const CAPTURE_FAULT_SENTENCES: Record<CaptureFaultCode | 'other', Sentence> = {
  'disk-full': {
    en: 'The server’s disk is full, so recording stopped. What was recorded until then is kept, and your call goes on. Ask whoever runs the server to make room.',
    zh: '服务器的磁盘已满，录制已停止。此前录下的内容会保留，通话不受影响。请联系管理服务器的人清理空间。',
  },
  'disk-slow': {
    en: 'The server’s disk does not keep up, so recording stopped. What was recorded until then is kept as far as it was written, and your call goes on. Ask whoever runs the server to look at the disk.',
    zh: '服务器的磁盘写入太慢，录制已停止。此前已写入的内容会保留，通话不受影响。请联系管理服务器的人检查磁盘。',
  },
  'disk-failed': {
    en: 'The server’s disk refuses to be written, so recording stopped. What was recorded until then is kept, and your call goes on. Ask whoever runs the server to look at the disk.',
    zh: '服务器的磁盘无法写入，录制已停止。此前录下的内容会保留，通话不受影响。请联系管理服务器的人检查磁盘。',
  },
  'no-room': {
    en: 'Recordings on this server take as much room as they may, so this one stopped. What was recorded until then is kept, and your call goes on. Delete recordings that nobody needs, then record again.',
    zh: '本服务器上的录制已用完允许的空间，这次录制已停止。此前录下的内容会保留，通话不受影响。请删除不需要的录制，然后重新录制。',
  },
  'no-merge-space': {
    en: 'The server had no room for one more file with both of you. What each of you sent is here. Delete recordings that nobody needs, so that the next one fits.',
    zh: '服务器没有空间再存放双方合并的文件。各自的录制都在这里。请删除不需要的录制，为下一次留出空间。',
  },
  'no-ffmpeg': {
    en: 'The program ffmpeg is not installed on the server, so both pictures can’t be put together. Whoever runs the server can install the package “ffmpeg”.',
    zh: '服务器上没有安装 ffmpeg 程序，无法合成双方的画面。管理服务器的人可以安装软件包“ffmpeg”。',
  },
  'ffmpeg-failed': {
    en: 'Putting both pictures together failed on the server. Your call and what each of you sent are not touched. Try it once more.',
    zh: '服务器合成双方画面时出错。通话以及各自的画面不受影响。请再试一次。',
  },
  'push-refused': {
    en: 'The other service did not take the live picture. Viewers of this server’s page still see it. Check address and key there, then go live again.',
    zh: '对方平台没有接受直播画面。在本服务器页面上的观众仍能看到。请核对地址和密钥，然后重新开播。',
  },
  'no-media': {
    en: 'No sound and picture of you reached the server, so there is nothing to record or to show. Your call goes on; try again in a moment.',
    zh: '双方的声音和画面没有到达服务器，无法录制或直播。通话不受影响，请稍后再试。',
  },
  'too-many': {
    en: 'The server records or shows as many calls as it can already. Your call goes on; try again later.',
    zh: '服务器同时录制或直播的通话已达上限。你的通话不受影响，请稍后再试。',
  },
  other: {
    en: 'Something went wrong with it on the server. Your call goes on; try it once more.',
    zh: '服务器处理时出了问题。通话不受影响，请再试一次。',
  },
}

/** The sentence for a fault as it came over the wire. */
export function captureFaultSentence(code: string, language: Language): string {
  const known = CAPTURE_FAULTS.find((each) => each === code) ?? 'other'
  return CAPTURE_FAULT_SENTENCES[known][language]
}
