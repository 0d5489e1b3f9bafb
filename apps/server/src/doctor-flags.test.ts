import { expect, test } from 'bun:test'
import { readDoctorFlags } from './doctor-flags.ts'

test('flags of its own are taken out, those of the server stay', () => {
  expect(readDoctorFlags(['--http', '80', '--json', '--data', 'd'])).toEqual({
    flags: {
      url: undefined,
      isJson: true,
      isNat: false,
      stun: undefined,
      serverArgs: ['--http', '80', '--data', 'd'],
    },
  })
  expect(readDoctorFlags(['duet.example', '--nat', '--stun=stun.example:19302'])).toMatchObject({
    flags: { url: 'duet.example', isNat: true, stun: { host: 'stun.example', port: 19_302 } },
  })
  expect(readDoctorFlags(['--nat', '--stun', 'stun.example'])).toMatchObject({
    flags: { stun: { host: 'stun.example', port: 3478 }, serverArgs: [] },
  })
})

test.each([
  [['duet.example', '--http', '80'], /--http is for a server of this machine/],
  [['--stun', 'stun.example'], /goes with --nat/],
  [['--nat', '--stun', 'a b'], /is not a STUN server/],
])('%p can’t be', (args, problem) => {
  const read = readDoctorFlags(args)
  expect('problem' in read && read.problem).toMatch(problem)
})
