import { expect, test } from 'bun:test'
import { PAGE_ADDRESSES } from '../http/pages.ts'
import { judgeRules, type OwnAddress } from './own-addresses.ts'

const OWN: OwnAddress[] = [
  ...PAGE_ADDRESSES.map((address) => ({ ...address, isNeeded: true })),
  { path: '/ws', isTree: false, isNeeded: true },
  { path: '/api', isTree: true, isNeeded: true },
  { path: '/', isTree: false, isNeeded: false },
  { path: '/webrtc', isTree: false, isNeeded: false },
  { path: '/socket.io', isTree: true, isNeeded: false },
]

const FINE: [prefix: string, hidden: string[]][] = [
  ['/', []],
  ['/sig', []],
  ['/apis', []],
  ['/ws/x', []],
  ['/tv/x', []],
  ['/webrtc', ['/webrtc']],
  ['/webrtc/x', []],
  ['/socket.io', ['/socket.io']],
  ['/socket.io/x', ['/socket.io']],
  ['/api/v1', ['/api']],
  ['/r/lake', ['/r']],
]

test.each(FINE)('%s hides %j', (prefix, hidden) => {
  const judged = judgeRules([{ prefix, upstream: 'http://a' }], OWN)
  expect(judged.problems).toEqual([])
  expect(judged.hidden.get(prefix) ?? []).toEqual(hidden)
})

test.each(['/ws', '/api', '/healthz', '/assets', '/sw.js', '/tv', '/r', '/people', '/login'])(
  '%s is needed',
  (prefix) => {
    const { problems } = judgeRules([{ prefix, upstream: 'http://a' }], OWN)
    expect(problems).toEqual([
      `--proxy ${prefix} takes ${prefix} from Duet's own pages: choose a longer path.`,
    ])
  },
)
