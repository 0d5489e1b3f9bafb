import { afterEach, expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { HeardFrame } from './stage.ts'
import { WiredSocket } from '../wired-socket.ts'
import type { SpawnedServer } from '../../spawn-server.ts'
import { Installation } from '../../testing/installation.ts'
import { until } from '../../testing/until.ts'
import { RtpPublisher } from '../../captures/testing/rtp-publisher.ts'
import { encodePictures, type EncodedPicture } from '../../captures/testing/rtp-sender.ts'

const TIMEOUT_MS = 60_000

const isInstalled = Bun.which('ffmpeg') !== null && Bun.which('ffprobe') !== null
if (!isInstalled) process.stderr.write('Skipped: recording needs Debian’s package ffmpeg.\n')

let installation: Installation
let server: SpawnedServer
const pages: SrsPage[] = []
const publishers: RtpPublisher[] = []

afterEach(async () => {
  for (const publisher of publishers.splice(0)) publisher.close()
  for (const page of pages.splice(0)) await page.close()
  await server.stop()
  installation.remove()
}, TIMEOUT_MS)

type Message = NonNullable<HeardFrame['msg']>

/** A page of the srs dialect that asks its person, in the room `lake`. */
class SrsPage {
  readonly #socket: WiredSocket
  readonly #display: string
  readonly #heard: HeardFrame[] = []

  private constructor(socket: WiredSocket, display: string) {
    this.#socket = socket
    this.#display = display
    socket.listen((frame) => this.#heard.push(JSON.parse(frame) as HeardFrame))
  }

  static async open(display: string): Promise<SrsPage> {
    const page = new SrsPage(await WiredSocket.open(server.port('http'), '/sig/v1/rtc'), display)
    pages.push(page)
    return page
  }

  /** Resolves with what answers it. */
  async ask(action: string, fields: object = {}): Promise<HeardFrame['msg']> {
    const tid = crypto.randomUUID()
    const msg = { action, room: 'lake', display: this.#display, ...fields }
    this.#socket.send(JSON.stringify({ tid, msg }))
    const answer = () => this.#heard.find((frame) => frame.tid === tid)
    await until(() => answer() !== undefined)
    return answer()?.msg ?? null
  }

  /** What it was told last of the recording, once that is so. */
  async hears(isSo: (told: Message) => boolean): Promise<Message> {
    const last = () => this.#heard.findLast(({ msg }) => msg?.event === 'capture')?.msg
    for (;;) {
      const told = last()
      if (told && isSo(told)) return told
      await Bun.sleep(5)
    }
  }

  close(): Promise<void> {
    return this.#socket.close()
  }
}

async function publish(
  label: string,
  pictures: readonly EncodedPicture[],
  token?: unknown,
): Promise<RtpPublisher> {
  const query = new URLSearchParams({ app: 'lake', stream: label })
  if (typeof token === 'string') query.set('token', token)
  const publisher = await RtpPublisher.open(server, { url: `/rtc/v1/whip/?${query}` }, pictures)
  publishers.push(publisher)
  return publisher
}

/** Of the pictures in a file: their width, and how many seconds they last. */
async function probe(path: string): Promise<{ width: number; seconds: number }> {
  const words = '-v error -show_entries stream=width:format=duration -select_streams v -of json'
  const { stdout } = await Bun.$`ffprobe ${words.split(' ')} ${path}`.quiet()
  const { streams, format } = JSON.parse(String(stdout)) as {
    streams: { width: number }[]
    format: { duration: string }
  }
  return { width: streams[0]?.width ?? 0, seconds: Number(format.duration) }
}

test.skipIf(!isInstalled)(
  'MD27 a stranger who publishes under a member’s label first is not recorded, and gives way',
  async () => {
    installation = await Installation.create()
    server = await installation.start(['--host', '127.0.0.1', '--limits', 'off'])
    const [small, large] = [await encodePictures('160x120'), await encodePictures('320x240')]
    const stranger = await publish('Ann', small)
    const [ann, ben] = [await SrsPage.open('Ann'), await SrsPage.open('Ben')]
    const [annJoined, benJoined] = [
      await ann.ask('join', { captures: ['record'] }),
      await ben.ask('join', { captures: ['record'] }),
    ]
    await publish('Ben', large, benJoined?.['token'])
    for (const page of [ann, ben]) {
      expect(await page.ask('consent', { purpose: 'record', given: true })).toBeNull()
    }
    expect(await ann.ask('capture', { purpose: 'record', on: true })).toBeNull()
    // The stranger's media comes all the time.
    await ben.hears(({ missing }) => Bun.deepEquals(missing, ['Ann']))

    await publish('Ann', large, annJoined?.['token'])
    await stranger.ended
    const refusal = await publish('Ann', small).catch((error: unknown) => error)
    expect(String(refusal)).toContain('409')
    await ben.hears(({ missing }) => missing === undefined)
    await Bun.sleep(1000)
    expect(await ben.ask('capture', { purpose: 'record', on: false })).toBeNull()
    const stopped = await ann.hears(({ state }) => state === 'stopped')

    const { id } = stopped['recording'] as { id: string }
    const folder = join(installation.data, 'recordings', id)
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['1.webm', '2.webm']))
    const [own, other] = [await probe(join(folder, '1.webm')), await probe(join(folder, '2.webm'))]
    expect([own.width, other.width]).toEqual([320, 320])
    expect(other.seconds - own.seconds).toBeGreaterThan(10)
  },
  TIMEOUT_MS,
)
