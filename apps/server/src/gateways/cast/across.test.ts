import { expect, test } from 'bun:test'
import { Cinema, WIRES } from './actors.ts'
import { CastStage } from './stage.ts'

for (const ofTv of WIRES) {
  for (const ofSender of WIRES) {
    test(`CA5 CA7 CA8 a TV of ${ofTv} with a sender of ${ofSender}`, async () => {
      const cinema = new Cinema(new CastStage())
      const tv = await cinema.tv(ofTv)
      const ann = await cinema.sender(ofSender)
      // Before the code is entered nothing is heard.
      await ann.offer('v=too early')
      expect([await ann.enter('AAAAAA'), tv.heard()]).toEqual(['no-such-cast', []])
      expect(await ann.enter(tv.code.toLowerCase())).toBe('ok')
      expect(tv.heard()).toEqual([ofSender === 'A' ? 'came' : 'came Ann'])
      await ann.offer('v=0 offer')
      await ann.candidate('candidate:1')
      expect(tv.heard()).toEqual(['offer v=0 offer', 'candidate candidate:1'])
      await tv.answer('v=0 answer')
      await tv.candidate('candidate:2')
      expect(ann.heard()).toEqual(['answer v=0 answer', 'candidate candidate:2'])
      // A second one is refused and disturbs nobody.
      const ben = await cinema.sender(ofSender)
      expect(await ben.enter(tv.code)).toBe('busy')
      await ben.offer('v=0 of another')
      expect([tv.heard(), ann.heard()]).toEqual([[], []])
      await ann.close()
      expect(tv.heard()).toEqual(['gone'])
      expect(await ben.enter(tv.code)).toBe('ok')
      await tv.close()
      expect(ben.heard()).toEqual(['gone left'])
      expect(await ben.enter(tv.code)).toBe(ofSender === 'native' ? 'already-in-room' : 'cast-over')
    })
  }
}

test('CA2 a TV of one variant is not the TV of another with the same token', async () => {
  const cinema = new Cinema(new CastStage())
  const [a, b] = [
    await cinema.tv('A', 'one token of all TVs'),
    await cinema.tv('B', 'one token of all TVs'),
  ]
  expect(a.code).not.toBe(b.code)
})

test('CA7 fifty pairs of every kind hear nothing of each other', async () => {
  const cinema = new Cinema(new CastStage())
  const pairs = await Promise.all(
    Array.from({ length: 48 }, async (_, pair) => {
      const tv = await cinema.tv(WIRES[pair % 4] ?? 'A', `the secret of TV number ${pair}`)
      return { tv, sender: await cinema.sender(WIRES[Math.floor(pair / 4) % 4] ?? 'A'), pair }
    }),
  )
  // TVs of C share a token, and a device code: each opened takes the code of the one before.
  const own = pairs.filter(({ pair }) => pair % 4 !== 2)
  expect(new Set(own.map(({ tv }) => tv.code)).size).toBe(own.length)
  for (const { sender, tv } of own) expect(await sender.enter(tv.code)).toBe('ok')
  for (const { sender, pair } of own) await sender.offer(`v=${pair}`)
  for (const { tv, pair } of own) {
    expect(tv.heard().filter((each) => each.startsWith('offer'))).toEqual([`offer v=${pair}`])
    await tv.answer(`v=${pair}`)
  }
  for (const { sender, pair } of own) expect(sender.heard()).toEqual([`answer v=${pair}`])
})
