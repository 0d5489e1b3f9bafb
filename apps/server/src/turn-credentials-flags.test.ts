import { expect, test } from 'bun:test'
import { readTurnCredentialsFlags } from './turn-credentials-flags.ts'

const read = (...args: string[]) => readTurnCredentialsFlags(args)

test.each([
  [[], 3600],
  [['--ttl', '60'], 60],
  [['--ttl', '90'], 90],
  [['--ttl', '90s'], 90],
  [['--ttl=30m'], 1800],
  [['--ttl', '1h'], 3600],
  [['--ttl', '24h'], 86_400],
  [['--ttl', '86400'], 86_400],
  [['--ttl', '1d'], 86_400],
])('%j is so many seconds: %i', (args, ttlSeconds) => {
  expect(read(...args)).toEqual({ flags: { ttlSeconds, isJson: false, serverArgs: [] } })
})

test.each([
  [['--ttl', '59'], '--ttl 59 is shorter than a minute'],
  [['--ttl', '0h'], '--ttl 0h is shorter than a minute'],
  [['--ttl', '86401'], '--ttl 86401 is longer than 24 hours'],
  [['--ttl', '25h'], '--ttl 25h is longer than 24 hours'],
  [['--ttl', '2d'], '--ttl 2d is longer than 24 hours'],
  [['--ttl', '1w'], '--ttl 1w is not a time like 90s, 30m or 1h'],
  [['--ttl', '-1h'], '--ttl -1h is not a time like 90s, 30m or 1h'],
  [['--ttl', '1.5h'], '--ttl 1.5h is not a time like 90s, 30m or 1h'],
  [['--ttl', '1h30m'], '--ttl 1h30m is not a time like 90s, 30m or 1h'],
  [['--ttl', 'soon'], '--ttl soon is not a time like 90s, 30m or 1h'],
  [['--ttl='], '--ttl "" is not a time like 90s, 30m or 1h'],
  [['--ttl'], '--ttl needs a value'],
  [['--ttl', '--json'], '--ttl needs a value'],
  [['--ttl', '1h', '--ttl=2h'], '--ttl is given more than once'],
])('%j is refused: %s', (args, problem) => {
  expect(read(...args)).toEqual({ problem })
})

test('the flags of the server are left as they came', () => {
  expect(read('--data', 'x', '--json', '--ttl', '1h', '--turn-port=1')).toEqual({
    flags: { ttlSeconds: 3600, isJson: true, serverArgs: ['--data', 'x', '--turn-port=1'] },
  })
})
