import { expect, test } from 'bun:test'
import { createLogger, type LogRecord } from '@duet/base'
import { settled, type FakeClient } from '../../socket-io/fake-client.ts'
import { DIALECT_UNLIMITED } from '../dialect-limits.ts'
import { createRandom, mutateFrame } from '../mutate-frame.ts'
import { Stage } from './stage.ts'

const FRAME_COUNT = process.env['DUET_LONG'] === '1' ? 1_000_000 : 100_000

/** Frames between two looks at what they did. */
const BATCH = 50

const FRAMES = [
  '40',
  '40/admin,{"token":1}',
  '41',
  '2',
  '3',
  '2probe',
  '5',
  '42["join","lake"]',
  '42["join",7]',
  '42["leave","lake"]',
  '42["message","lake",{"type":"offer","sdp":"v=0\\r\\n"}]',
  '42["message","lake",{"type":"candidate","label":0,"id":"audio","candidate":"candidate:1"}]',
  '42["message","lake","hello 你好 👋"]',
  '42["message","lake",null]',
  '4212["message","lake",[[[[{}]]]]]',
  '432[1]',
  '44{"message":"no"}',
  '451-["message","lake",{"_placeholder":true,"num":0}]',
  '461-3[{"_placeholder":true,"num":0}]',
  'bAQID',
]

test.each(['EIO=4&transport=websocket', 'EIO=3&transport=websocket'])(
  `RM16 ${FRAME_COUNT / 2} mutated frames at %s throw nothing and hurt nobody else`,
  async (query) => {
    const records: LogRecord[] = []
    const stage = new Stage(
      DIALECT_UNLIMITED,
      createLogger('debug', (record) => records.push(record)),
    )
    const thrown: unknown[] = []
    const note = (error: unknown): unknown => thrown.push(error)
    process.on('uncaughtException', note)
    process.on('unhandledRejection', note)
    const random = createRandom(7)
    const [quiet, other] = await stage.pair('quiet')
    const clients: FakeClient[] = []
    for (let count = 0; count < FRAME_COUNT / 2; count += BATCH) {
      for (const i of [0, 1]) {
        if (clients[i]?.closed === undefined && clients[i]) continue
        clients[i] = await stage.connect(query)
        expect(clients[i].closed).toBeUndefined()
        await clients[i].say('join', 'lake')
      }
      for (let i = 0; i < BATCH; i++) {
        clients[i % 2]?.write(mutateFrame(FRAMES, random))
      }
      await settled()
    }
    await quiet.say('message', 'quiet', 'still here')
    expect(other.take()).toEqual([['message', 'quiet', 'still here']])
    process.off('uncaughtException', note)
    process.off('unhandledRejection', note)
    expect(thrown).toEqual([])
    expect(records.filter(({ level }) => level !== 'debug')).toEqual([])
    expect(records.filter(({ message }) => message === 'the engine threw')).toEqual([])
    for (const client of clients) await client.drop()
    expect(stage.hub.roomCount).toBe(1)
    expect(stage.server.load.clients).toBe(2)
    await stage.server.close()
  },
  600_000,
)
