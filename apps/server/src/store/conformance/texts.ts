import { expect, test } from 'bun:test'
import { type StoreStage } from './stage.ts'

/** The start of every text that a person may write. */
const WRITTEN = [
  `'); DROP TABLE users; --`,
  '<script>alert(1)</script> "quoted" \\ back % _ ? $1',
  'שלום ‮ مرحبا \u202edesrever',
  '👩‍👩‍👧‍👦 🇮🇱 𝄞 é é',
  ' spaces, \t tabs and \r\n lines ',
  '',
]

/** Whatever people may write. */
export function textsConformance(stage: StoreStage): void {
  const { newUser, say, newCall } = stage

  test('every text comes back as it was written', async () => {
    const bob = await newUser()
    for (const [index, written] of WRITTEN.entries()) {
      const { id } = await stage.store.accounts.createUser({
        name: `${written}${index}`.slice(0, 60).trim(),
        displayName: written,
        passwordHash: written,
        isAdministrator: false,
      })
      expect(await stage.store.accounts.userById(id)).toMatchObject({ displayName: written })
      expect(await stage.store.accounts.passwordHashOf(id)).toBe(written)
      const message = await say(id, bob, written, written)
      expect(await stage.store.messages.between(id, bob, { limit: 1 })).toEqual([message])
      expect(message.body).toBe(written)
      const { id: call } = await newCall(id, bob)
      await stage.store.calls.end(call, { endedAt: 1, reason: 'declined', text: written })
      expect(await stage.store.calls.callOf(bob, call)).toMatchObject({ text: written })
      await stage.store.settings.set(`text-${index}`, written)
      expect(await stage.store.settings.get(`text-${index}`)).toBe(written)
    }
  })

  test('NUL and halves of characters become the sign for what is unreadable', async () => {
    const ann = await newUser()
    const message = await say(ann, null, 'a\0b\ud83d')
    expect(message.body).toBe('a\uFFFDb\uFFFD')
    expect((await stage.store.messages.between(ann, null, { limit: 1 }))[0]).toEqual(message)
  })
}
