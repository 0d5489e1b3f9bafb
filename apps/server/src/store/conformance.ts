import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { accountsConformance } from './conformance/accounts.ts'
import { callsConformance } from './conformance/calls.ts'
import { deletedUserConformance } from './conformance/deleted-user.ts'
import { linksConformance } from './conformance/links.ts'
import { messagesConformance } from './conformance/messages.ts'
import { peopleConformance } from './conformance/people.ts'
import { pushRoomsSettingsConformance } from './conformance/push-rooms-settings.ts'
import { recordingsConformance } from './conformance/recordings.ts'
import { refusalOf, StoreStage, type OpenStore } from './conformance/stage.ts'
import { textsConformance } from './conformance/texts.ts'

/** What every kind of database must do. `open` opens the same one again and again. */
export function storeConformance(engine: string, open: OpenStore): void {
  describe(`the store on ${engine}`, () => {
    const stage = new StoreStage(open)

    beforeAll(() => stage.begin())
    afterAll(() => stage.end())

    accountsConformance(stage)
    linksConformance(stage)
    peopleConformance(stage)
    messagesConformance(stage)
    callsConformance(stage)
    pushRoomsSettingsConformance(stage)
    recordingsConformance(stage)
    deletedUserConformance(stage)
    textsConformance(stage)

    test('everything is there when it is opened again', async () => {
      const ann = await stage.newUser()
      const other = await open(stage.clock)
      expect(await other.accounts.users()).toEqual(await stage.store.accounts.users())
      expect(await other.accounts.userById(ann)).toEqual(await stage.store.accounts.userById(ann))
      await other.close()
      await other.close()
      expect(await refusalOf(other.accounts.users())).toBe('unavailable')
    })
  })
}
