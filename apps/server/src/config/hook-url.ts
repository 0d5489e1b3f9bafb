import type { ValueType } from './value-types.ts'

/** An address of one's own that is asked about requests: `http://…` or `https://…`. */
export const hookUrl: ValueType<string> = {
  name: 'URL',
  parse(text) {
    const url = URL.parse(text)
    if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
      return { problem: 'is not a URL like http://127.0.0.1:8085/allow' }
    }
    if (url.username !== '' || url.password !== '') {
      return { problem: 'holds a name and a password: put a secret into its query' }
    }
    return { value: url.href }
  },
  // A secret may stand anywhere behind the host.
  shown(text) {
    const url = URL.parse(text)
    return url && url.hostname !== '' ? `${url.protocol}//${url.host}/…` : '…'
  },
}
