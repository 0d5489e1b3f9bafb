import { afterEach, beforeAll, describe, expect, test } from 'bun:test'
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CapturePurpose } from '@duet/protocol'
import type { SpawnedServer } from '../spawn-server.ts'
import { Caller } from '../testing/caller.ts'
import { Installation } from '../testing/installation.ts'
import { until } from '../testing/until.ts'
import { PublishingMember } from './testing/publishing-member.ts'
import { encodePictures, type EncodedPicture } from './testing/rtp-sender.ts'

const TIMEOUT_MS = 60_000
const FLAGS = ['--host', '127.0.0.1', '--limits', 'off']

const isInstalled = Bun.which('ffmpeg') !== null && Bun.which('ffprobe') !== null
if (!isInstalled) process.stderr.write('Skipped: recording needs Debian’s package ffmpeg.\n')
const isLong = process.env['DUET_LONG'] === '1'
const HOUR_MS = 3_600_000
/** What the first minutes take is not what a recording keeps. */
const SETTLING_MS = 300_000
const ALLOWED_GROWTH_BYTES = 20 * 1024 * 1024
const isRoot = process.getuid?.() === 0

function residentBytes({ process: { pid } }: SpawnedServer): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}

interface RecordingJson {
  id: string
  state: string
  fault: string | null
  files: { name: string; member: number | null; bytes: number; durationMs: number; type: string }[]
}

let installation: Installation
let server: SpawnedServer
let pictures: EncodedPicture[]
const members: PublishingMember[] = []

beforeAll(async () => {
  if (isInstalled) pictures = await encodePictures()
}, TIMEOUT_MS)
afterEach(async () => {
  for (const member of members.splice(0)) member.close()
  await server.stop()
  installation.remove()
}, TIMEOUT_MS)

async function start(data?: string, flags: readonly string[] = []): Promise<void> {
  installation = await Installation.create(undefined, data)
  server = await installation.start([...FLAGS, ...flags])
}

/** Two in a room, whose media goes through the server; `login`: of Ann, who has an account. */
async function talk(
  login: Record<string, string> = {},
): Promise<[PublishingMember, PublishingMember]> {
  const ann = await PublishingMember.join(server, { room: 'lake', name: 'Ann', login })
  const ben = await PublishingMember.join(server, { room: 'lake', name: 'Ben' })
  members.push(ann, ben)
  await ann.publish(ben, pictures)
  await ben.publish(ann, pictures)
  return [ann, ben]
}

async function agree(pair: readonly PublishingMember[], purpose: CapturePurpose): Promise<void> {
  for (const member of pair) member.agree(purpose)
  await until(() => pair.every((member) => member.consentsTo(purpose) === 2))
}

/** Both agree, and it runs. */
async function record([ann, ben]: [PublishingMember, PublishingMember]) {
  await agree([ann, ben], 'record')
  ann.page.say({ type: 'capture', purpose: 'record', isOn: true })
  const told = await ben.hearsState('record', 'running')
  const { id, key } = told['recording'] as { id: string; key: string }
  return { id, key, headers: { authorization: `Bearer ${id}.${key}` } }
}

const origin = () => `http://localhost:${server.port('http')}`

async function infoOf(path: string, headers: Record<string, string>): Promise<RecordingJson> {
  const answer = await fetch(`${origin()}/api/recordings/${path}`, { headers })
  return ((await answer.json()) as { recording: RecordingJson }).recording
}

async function untilState(id: string, headers: Record<string, string>, state: string) {
  for (;;) {
    const info = await infoOf(id, headers)
    if (info.state === state) return info
    await Bun.sleep(20)
  }
}

/** Asks to play somebody's stream, or what is at a path, without a token and without an offer. */
function playing(what: PublishingMember | string): Promise<Response> {
  const path = typeof what === 'string' ? what : `/whep/lake/${what.id}`
  const headers = { 'content-type': 'application/sdp' }
  return fetch(`${origin()}${path}`, { method: 'POST', headers, body: 'hello' })
}

/** Leaves no space. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  expect(() => {
    for (;;) writeSync(file, new Uint8Array(65_536))
  }).toThrow('ENOSPC')
  closeSync(file)
}

interface LiveJson {
  state: string
  hls: string
  streams: { name: string; play: string }[]
}

interface Probe {
  format: { duration: string }
  streams: { codec_name: string; codec_type: string; nb_read_frames: string }[]
}

/** What ffprobe says of a downloaded file, all frames of which it decodes. */
async function probe(bytes: ArrayBuffer): Promise<Probe> {
  const path = join(installation.data, 'probed')
  await Bun.write(path, bytes)
  const words = '-v error -count_frames -show_format -show_streams -of json'
  const child = Bun.spawn(['ffprobe', ...words.split(' '), path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  expect(errors).toBe('')
  return JSON.parse(out) as Probe
}

describe.skipIf(!isInstalled)('captures', () => {
  test(
    'RE1 RE2 RE4 what both agreed to is recorded, listed, played, kept and deleted, and out of reach of others',
    async () => {
      await start()
      const [ann, eve] = [new Caller('ann'), new Caller('eve')]
      for (const caller of [ann, eve]) await caller.register(server)
      const pair = await talk(ann.login)
      const { id, key, headers } = await record(pair)
      await Bun.sleep(3000)
      pair[1].page.say({ type: 'capture', purpose: 'record', isOn: false })
      const stopped = await pair[0].hearsState('record', 'stopped')
      expect(stopped['recording']).toEqual({ id, key })
      const ready = await untilState(id, headers, 'ready')
      expect(ready.files.map(({ name, member, type }) => [name, member, type])).toEqual([
        ['1.webm', 0, 'video/webm'],
        ['2.webm', 1, 'video/webm'],
        ['both.mp4', null, 'video/mp4'],
      ])
      const list = await fetch(`${origin()}/api/recordings`, { headers })
      expect(((await list.json()) as { recordings: RecordingJson[] }).recordings).toEqual([ready])

      expect(await ann.read('/api/recordings')).toEqual({ isOffered: true, recordings: [ready] })
      expect(await eve.read('/api/recordings')).toEqual({ isOffered: true, recordings: [] })
      expect((await eve.fetch(`/api/recordings/${id}`)).status).toBe(404)

      for (const { name, durationMs, bytes } of ready.files) {
        const url = `${origin()}/api/recordings/${id}/files/${name}`
        const whole = await (await fetch(url, { headers })).arrayBuffer()
        expect([name, whole.byteLength]).toEqual([name, bytes])
        const { format, streams } = await probe(whole)
        expect(Math.abs(Number(format.duration) * 1000 - durationMs)).toBeLessThan(100)
        expect(durationMs).toBeGreaterThan(2500)
        expect(durationMs).toBeLessThan(6000)
        expect(streams.map(({ codec_type: type }) => type).sort()).toEqual(['audio', 'video'])
        const video = streams.find(({ codec_type: type }) => type === 'video')
        expect(Number(video?.nb_read_frames)).toBeGreaterThan(50)
        const range = await fetch(url, { headers: { ...headers, range: 'bytes=10-19' } })
        expect([range.status, range.headers.get('content-range')]).toEqual([
          206,
          `bytes 10-19/${bytes}`,
        ])
        expect(new Uint8Array(await range.arrayBuffer())).toEqual(new Uint8Array(whole, 10, 10))
        for (const other of ['', `?key=${'x'.repeat(43)}`]) {
          const refused = await fetch(`${origin()}/api/recordings/${id}/files/${name}${other}`)
          expect(refused.status).toBe(404)
        }
      }

      const gone = await fetch(`${origin()}/api/recordings/${id}`, {
        method: 'DELETE',
        headers: { ...headers, origin: origin(), 'content-type': 'application/json' },
      })
      expect(gone.status).toBe(204)
      expect(readdirSync(join(installation.data, 'recordings'))).toEqual([])
      expect((await fetch(`${origin()}/api/recordings/${id}`, { headers })).status).toBe(404)
    },
    TIMEOUT_MS,
  )

  if (isLong) {
    test(
      'RE1 memory stays flat over an hour of recording',
      async () => {
        await start()
        const pair = await talk()
        const { id, headers } = await record(pair)
        await Bun.sleep(SETTLING_MS)
        const before = residentBytes(server)
        await Bun.sleep(HOUR_MS)
        const { state, fault } = await infoOf(id, headers)
        expect({ state, fault }).toEqual({ state: 'recording', fault: null })
        expect(residentBytes(server) - before).toBeLessThan(ALLOWED_GROWTH_BYTES)
        pair[1].page.say({ type: 'capture', purpose: 'record', isOn: false })
        const { files } = await untilState(id, headers, 'ready')
        for (const { durationMs } of files) expect(durationMs).toBeGreaterThan(HOUR_MS)
      },
      2 * HOUR_MS,
    )
  }

  test(
    'RE1 RE2 a server that is killed has what was recorded until then, and merges it at the next start',
    async () => {
      await start()
      const pair = await talk()
      const { id, headers } = await record(pair)
      await Bun.sleep(3000)
      await server.stop('SIGKILL')
      server = await installation.start(FLAGS)
      await untilState(id, headers, 'interrupted')
      let info = await infoOf(id, headers)
      while (info.files.length < 3) {
        await Bun.sleep(50)
        info = await infoOf(id, headers)
      }
      for (const { name, durationMs } of info.files) {
        const url = `${origin()}/api/recordings/${id}/files/${name}`
        const { format } = await probe(await (await fetch(url, { headers })).arrayBuffer())
        expect(Math.abs(Number(format.duration) * 1000 - durationMs)).toBeLessThan(100)
        expect(durationMs).toBeGreaterThan(1500)
      }
    },
    TIMEOUT_MS,
  )

  test(
    'RE8 a server that is stopped finishes its files',
    async () => {
      await start()
      const pair = await talk()
      const { id, headers } = await record(pair)
      await Bun.sleep(1000)
      expect((await server.stop()).code).toBe(0)
      server = await installation.start(FLAGS)
      const info = await untilState(id, headers, 'ready')
      expect(info.files).toHaveLength(3)
    },
    TIMEOUT_MS,
  )

  test.skipIf(!isRoot)(
    'RE6 a full disk stops the recording with a word, keeps what is there, and harms no call',
    async () => {
      const disk = mkdtempSync(join(tmpdir(), 'duet-full-'))
      await Bun.$`mount -t tmpfs -o size=192m tmpfs ${disk}`
      try {
        await start(join(disk, 'data'))
        const pair = await talk()
        const { id, key, headers } = await record(pair)
        await Bun.sleep(2000)
        fill(join(disk, 'filling'))
        const failed = await pair[1].hearsState('record', 'failed')
        expect(failed).toMatchObject({ fault: 'disk-full', recording: { id, key } })
        expect((await playing(pair[0])).status).toBe(401)
        pair[0].page.say({ type: 'chat', body: 'still here' })
        await pair[1].page.hears('chat')
        rmSync(join(disk, 'filling'))
        const info = await untilState(id, headers, 'ready')
        expect(info.fault).toBe('disk-full')
        const url = `${origin()}/api/recordings/${id}/files/1.webm`
        const { format } = await probe(await (await fetch(url, { headers })).arrayBuffer())
        expect(Number(format.duration)).toBeGreaterThan(1)
        pair[0].page.say({ type: 'capture', purpose: 'record', isOn: true })
        await until(() => pair[0].statesOf('record').filter((s) => s === 'running').length === 2)
      } finally {
        await Bun.$`umount -l ${disk}`
        rmSync(disk, { recursive: true })
      }
    },
    TIMEOUT_MS,
  )

  test(
    'RE9 RE10 RE11 a call is shown live to anybody, until it is over',
    async () => {
      await start()
      const pair = await talk()
      expect((await fetch(`${origin()}/api/live/lake`)).status).toBe(404)
      expect((await playing(pair[0])).status).toBe(401)
      await agree(pair, 'live')
      pair[0].page.say({ type: 'capture', purpose: 'live', isOn: true })
      const running = await pair[1].hearsState('live', 'running')
      expect(running['live']).toEqual({ path: '/live/lake' })
      const live = (await (await fetch(`${origin()}/api/live/lake`)).json()) as LiveJson
      expect(live).toMatchObject({ state: 'live', layout: 'inset' })
      expect(live.streams.map(({ name }) => name)).toEqual(['Ann', 'Ben'])
      // It is let in, and told that this is no offer.
      for (const { play } of live.streams) expect((await playing(play)).status).toBe(400)
      const playlist = await fetch(`${origin()}${live.hls}`)
      expect(playlist.headers.get('cache-control')).toBe('no-store')
      const segment = /^[^#].*\.ts$/m.exec(await playlist.text())?.[0] ?? ''
      const url = new URL(segment, `${origin()}${live.hls}`)
      const { streams } = await probe(await (await fetch(url)).arrayBuffer())
      expect(streams.map(({ codec_name: codec }) => codec).sort()).toEqual(['aac', 'h264'])

      pair[1].page.say({ type: 'consent', purpose: 'live', isGiven: false })
      await pair[0].hearsState('live', 'stopped')
      expect(await (await fetch(`${origin()}/api/live/lake`)).json()).toMatchObject({
        state: 'over',
      })
      expect((await fetch(`${origin()}${live.hls}`)).status).toBe(404)
      expect((await playing(pair[0])).status).toBe(401)
      const left = join(installation.data, 'cache/live')
      await until(() => readdirSync(left).length === 0)
    },
    TIMEOUT_MS,
  )

  test(
    'RE2 RE10 without ffmpeg members are recorded and not shown live, and told so',
    async () => {
      await start(undefined, ['--ffmpeg', '/nowhere/ffmpeg'])
      const pair = await talk()
      const { id, headers } = await record(pair)
      await agree(pair, 'live')
      pair[0].page.say({ type: 'capture', purpose: 'live', isOn: true })
      expect(await pair[1].hearsState('live', 'failed')).toMatchObject({ fault: 'no-ffmpeg' })
      pair[0].page.say({ type: 'capture', purpose: 'record', isOn: false })
      const info = await untilState(id, headers, 'ready')
      expect(info.fault).toBe('no-ffmpeg')
      expect(info.files.map(({ member }) => member)).toEqual([0, 1])
    },
    TIMEOUT_MS,
  )
})
