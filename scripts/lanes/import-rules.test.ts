import { describe, expect, test } from 'bun:test'
import { importProblems } from './import-rules.ts'

const ALLOWED: [file: string, source: string][] = [
  ['packages/rules/src/room.ts', `import { SerialQueue } from '@duet/base'; new SerialQueue()`],
  ['packages/client/src/call.ts', `import type { Hello } from '@duet/protocol'`],
  [
    'apps/server/src/main.ts',
    `import { join } from 'node:path'; import { a } from './a.ts'; join(a)`,
  ],
  ['apps/server/src/gateways/room/a.ts', `import { b } from '../../rooms/b.ts'; b()`],
  ['apps/server/src/gateways/room/a.ts', `import { b } from '../../socket-io/b.ts'; b()`],
  ['apps/server/src/socket-io/a.ts', `import { b } from '../bounds/b.ts'; b()`],
  ['packages/client/src/a.test.ts', `import { join } from 'node:path'; join('')`],
  ['packages/client/src/stage.ts', `import { expect } from 'bun:test'; expect(1)`],
  ['packages/stun/src/a.ts', `import { createHmac } from 'node:crypto'; createHmac('sha1', '')`],
  [
    'packages/base/src/a.ts',
    `export type Code =\n  | 'a'\n  | 'b'\nexport { type D } from './d.ts'`,
  ],
  ['e2e/call.test.ts', `import { lab } from '../lab/index.ts'; lab()`],
]

const FORBIDDEN: [file: string, source: string, problem: string][] = [
  ['packages/base/src/a.ts', `import { b } from '@duet/rules'; b()`, 'may not import'],
  ['packages/base/src/a.ts', `import type { B } from '@duet/rules'`, 'may not import'],
  ['packages/turn/src/a.ts', `export { type B } from '@duet/client'`, 'may not import'],
  ['apps/server/src/a.ts', `const c = await import('@duet/client'); c.b()`, 'may not import'],
  ['apps/web/src/a.ts', `import { b } from '@duet/client/src/b.ts'; b()`, 'past the door'],
  [
    'packages/turn/src/a.ts',
    `import { b } from '../../stun/src/b.ts'; b()`,
    'leaves packages/turn',
  ],
  ['apps/server/src/a.ts', `import page from '../../web/index.html'; page()`, 'leaves apps/server'],
  [
    'packages/client/src/a.ts',
    `import { join } from 'node:path'; join('')`,
    'belongs to no runtime',
  ],
  [
    'packages/stun/src/a.ts',
    `import { udpSocket } from 'bun'; udpSocket({})`,
    'belongs to no runtime',
  ],
  ['apps/server/src/people/a.ts', `import type { B } from '../gateways/b.ts'`, 'may know'],
  ['apps/server/src/gateways/a.ts', `import type { B } from '../api/b.ts'`, 'may know'],
  ['apps/server/src/hub/a.ts', `import { b } from '../api/b.ts'; b()`, 'may know'],
  ['apps/server/src/socket-io/a.ts', `import { b } from '../gateways/b.ts'; b()`, 'may know'],
  ['apps/server/src/socket-io/a.ts', `import type { B } from '../rooms/b.ts'`, 'may know'],
  ['apps/server/src/rooms/a.ts', `import { b } from '../socket-io/b.ts'; b()`, 'may know'],
  ['apps/server/src/proxy/a.ts', `import { b } from '../accounts/b.ts'; b()`, 'may know'],
  ['packages/new/src/a.ts', `import 'x'`, 'no rule says'],
]

describe('allowed', () => {
  test.each(ALLOWED)('%s: %s', (file, source) => {
    expect(importProblems(file, source)).toEqual([])
  })
})

describe('forbidden', () => {
  test.each(FORBIDDEN)('%s: %s', (file, source, problem) => {
    expect(importProblems(file, source)).toEqual([expect.stringContaining(problem)])
  })
})
