import type { RecordingsWords } from './recordings-en.ts'

/** Every word of the page of recordings, in Simplified Chinese. */
export const recordingsZh: RecordingsWords = {
  title: '录制',
  lead: '经双方同意录制的通话。在你删除或到期之前，它们保存在本页所在的服务器上。',
  loading: '正在查找你的录制 …',
  retry: '重试',
  off: '此服务器现在不显示录制；本浏览器会记住你的录制，等它恢复显示。',
  emptyTitle: '还没有录制',
  empty: '通话时打开“更多”，点按“录制”。对方同意后，录制会保存在这里。',
  startCall: '发起通话',
  logInHint: '登录后会显示你账号的录制。',
  logIn: '登录',

  room: (name) => `房间 ${name}`,
  people: (one, other) => `${one}和${other}`,
  unnamed: (number) => `第 ${number} 个人`,
  states: {
    recording: '正在录制',
    merging: (percent) => `正在把两个画面并排合成：${percent}%`,
    ready: '已完成',
    interrupted: '录制曾中断：此前录下的内容在这里',
  },
  progress: '正在把两个画面并排合成',
  nothing: '没有收到可录制的内容。',
  keptUntil: (date) => `最晚保存到 ${date}。`,

  merged: '双方并排',
  ofMember: (name) => `仅${name}`,
  part: (number) => `第 ${number} 段`,
  play: '播放',
  playFile: (file) => `播放：${file}`,
  hide: '关闭播放器',
  playing: (file) => `正在播放：${file}`,
  download: '下载',
  downloadFile: (file, size) => `下载：${file}，${size}`,
  playFailed: '这个浏览器无法播放该文件。请下载后用播放器打开。',

  delete: '删除',
  deleteOf: (when) => `删除 ${when} 的录制`,
  deleteTitle: '删除这段录制？',
  deleteText: '它的所有文件都会从服务器上移除，对方也无法再看到。已经下载的不受影响。',
  cancel: '取消',
  deleted: '录制已删除。',
}
