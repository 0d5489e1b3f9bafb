import type { TrustWords } from './trust-en.ts'

/** The same in Chinese. */
export const trustZh: TrustWords = {
  title: '信任这台服务器',
  lead: '这台服务器的证书是它自己制作的，所以浏览器会发出警告。在每台设备上设置一次信任，警告就会消失；之后即使没有打开页面，来电也能响铃。',
  before:
    '只有知道这台服务器由谁运行时才这样做。它只能为自己网络里的名称和地址作证，不能冒充其他网站。',
  download: '下载证书',
  compare: '信任之前先核对',
  compareHint: '设备会显示这个指纹（SHA-256）。它必须与服务器启动时打印的指纹一致：',
  fingerprint: '指纹',
  name: '名称',
  until: (date) => `有效期至 ${date}`,
  copy: '复制',
  otherDevice: '在手机或平板上',
  otherDeviceHint: '用相机扫描，或输入这个地址。手机必须在同一个网络里。',
  qr: (address) => `${address} 的二维码`,
  steps: '安装方法',
  thisDevice: '当前设备',
  open: '打开 Duet',
  openHint: '完成后打开这个地址，应该不再有警告。',
  systems: {
    ios: {
      name: 'iPhone、iPad（苹果）',
      steps: [
        '用 Safari 打开本页，点“下载证书”，并允许下载描述文件。',
        '打开“设置”，点顶部的“已下载描述文件”，再点“安装”。',
        '进入“设置 › 通用 › 关于本机 › 证书信任设置”，在那里打开开关。',
      ],
    },
    android: {
      name: 'Android（安卓）',
      steps: [
        '点“下载证书”。',
        '打开“设置”，搜索“CA 证书”（安全 › 更多安全设置 › 加密与凭据 › 安装证书）。',
        '选择“CA 证书”，点“仍然安装”，再选择下载的文件。',
        '安卓版 Firefox：打开它的设置，进入“关于 Firefox”，连点徽标五次，返回后在“Secret Settings”里打开“使用第三方 CA 证书”。',
      ],
    },
    windows: {
      name: 'Windows（微软）',
      steps: [
        '下载证书并打开文件。',
        '点“安装证书”，选择“当前用户”，再选“将所有的证书都放入下列存储”。',
        '选择“受信任的根证书颁发机构”，完成并确认指纹，然后重新启动浏览器。',
      ],
    },
    macos: {
      name: 'macOS（苹果电脑）',
      steps: [
        '下载证书并打开文件；它会加入“登录”钥匙串。',
        '打开“钥匙串访问”，按名称找到这个证书并打开。',
        '在“信任”下选择“始终信任”，然后关闭窗口。',
      ],
    },
    linux: {
      name: 'Linux 系统',
      steps: [
        'Chrome、Chromium：打开 chrome://certificate-manager，依次选“自定义”“受信任的证书”“导入”，再选择下载的文件。',
        '整个系统（Debian、Ubuntu）：把文件复制到 /usr/local/share/ca-certificates/，运行“sudo update-ca-certificates”；浏览器不看那里。',
      ],
    },
    firefox: {
      name: '电脑上的 Firefox',
      steps: [
        '点“下载证书”，Firefox 会马上询问。选择“信任由此证书颁发机构来标识网站”。',
        '如果只是保存了文件：“设置 › 隐私与安全 › 证书 › 查看证书 › 证书颁发机构 › 导入”。',
      ],
    },
  },
  removal: '如果不想再信任，在同一个地方删除这个证书即可。',
  nothingTitle: '不需要做什么',
  nothing: '浏览器已经信任这台服务器的证书。',
}
