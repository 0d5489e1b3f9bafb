import type { HomeWords } from './home-en.ts'

/** Every word of the start page, in Simplified Chinese. */
export const homeZh: HomeWords = {
  tagline: '两个人的通话。',
  about:
    '发一个链接，就能面对面交谈。无需安装，无需注册。只要网络允许，画面和声音就在你们两人之间直接传送，并且始终加密。',
  logIn: '登录',
  people: '联系人',
  startCall: '发起通话',
  startHint: '生成一个只供两人使用的私密链接。',
  joinByName: '按名称加入',
  roomField: '房间名称或链接',
  roomPlaceholder: '例如：家里',
  go: '进入',
  roomHint: '输入相同名称的人会在这里遇到你。只有链接是私密的。',
  onTv: '电视',
  showOnTv: '投放到电视',
  check: '检查摄像头、声音和连接',
  beTv: '把这个屏幕当作电视',
  trust: '让这台设备信任服务器',
}
