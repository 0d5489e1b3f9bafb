import type { ValueType } from './value-types.ts'

/** An address of a server of one's own, which is asked or told: `http://…` or `https://…`. */
export function ownUrl(example: string): ValueType<string> {
  return {
    name: 'URL',
    parse(text) {
      const url = URL.parse(text)
      if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
        return { problem: `is not a URL like ${example}` }
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
}
