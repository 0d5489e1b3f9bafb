import { describe, expect, test } from 'bun:test'
import { readConfig } from './read-config.ts'
import { turnSecret, turnServer } from './turn-server.ts'
import { rateOrOff } from './value-types.ts'

const SECRET = 'a-secret-of-enough-letters'

describe('--turn-secret', () => {
  test.each([SECRET, '0123456789abcdef', 'q8/Zr+3fVw==q8/Zr+3fVw=='])('%s', (text) => {
    expect(turnSecret.parse(text)).toEqual({ value: text })
  })

  test.each([
    ['short', 'is shorter than 16 characters'],
    ['x'.repeat(257), 'is longer than 256 characters'],
    ['with a blank in it', 'holds blanks, "#", a quote at its start, or characters beyond ASCII'],
    [
      'behind#a-comment-sign',
      'holds blanks, "#", a quote at its start, or characters beyond ASCII',
    ],
    ['umläute-sind-schön', 'holds blanks, "#", a quote at its start, or characters beyond ASCII'],
    [
      'lines\nof-configuration',
      'holds blanks, "#", a quote at its start, or characters beyond ASCII',
    ],
  ])('%p is none', (text, problem) => {
    expect(turnSecret.parse(text)).toEqual({ problem })
  })

  test('is not repeated when it is wrong, and several come in order', () => {
    const env = {}
    const wrong = readConfig({ args: ['--turn-secret', 'my secret'], env, isInNamespace: true })
    expect(JSON.stringify(wrong)).not.toContain('my secret')
    const args = ['--turn-secret', SECRET, '--turn-secret', `${SECRET}-2`]
    const right = readConfig({ args, env, isInNamespace: true })
    expect(right).toMatchObject({ config: { turnSecret: [SECRET, `${SECRET}-2`] } })
  })
})

describe('--turn-servers', () => {
  test.each([
    'turn:turn.example.com',
    'turn:turn.example.com:3478?transport=udp',
    'turn:192.0.2.1:3478?transport=tcp',
    'turn:[2001:db8::1]:3478',
    'turns:turn.example.com:5349?transport=tcp',
  ])('%s', (text) => {
    expect(turnServer.parse(text)).toEqual({ value: text })
  })

  test.each([
    'turn.example.com',
    'stun:turn.example.com',
    'turn://turn.example.com',
    'turn:turn.example.com:0',
    'turn:turn.example.com:65536',
    'turn:[2001:db8::1',
    'turn:[1:2]:3478',
    'turn:a b',
    'turn:ann:secret@turn.example.com',
    'turn:turn.example.com?transport=sctp',
    'turns:turn.example.com?transport=udp',
  ])('%s is none', (text) => {
    expect(turnServer.parse(text)).toHaveProperty('problem')
  })
})

describe('rates', () => {
  test.each([
    ['100kbit/s', 12_500],
    ['80Mbit/s', 10_000_000],
    ['1Gbit/s', 125_000_000],
    ['off', null],
  ])('%s', (text, value) => {
    expect(rateOrOff.parse(text)).toEqual({ value })
  })

  test.each(['', '80', '80Mb', '99kbit/s', '0Mbit/s', '-1Mbit/s', '80MB/s', '1.5Mbit/s'])(
    '%p is none',
    (text) => {
      expect(rateOrOff.parse(text)).toHaveProperty('problem')
    },
  )
})
