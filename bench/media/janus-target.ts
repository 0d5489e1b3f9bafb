import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MediaClient } from '@duet/media'
import type { MediaTarget, StartTarget } from './target.ts'

const HTTP_PORT = 18_088
const START_TIMEOUT_MS = 10_000

/** Debian's Janus with its VideoRoom plugin: a room for each stream. */
export const startJanus: StartTarget = async ({ core, host }): Promise<MediaTarget> => {
  const folder = await mkdtemp(join(tmpdir(), 'duet-janus-'))
  await writeConfig(folder)
  const child = Bun.spawn(
    ['taskset', '-c', String(core), 'janus', '-F', folder, '-i', host, '-o', '-d', '0'],
    { stdio: ['ignore', 'ignore', 'ignore'] },
  )
  const close = async (): Promise<void> => {
    child.kill('SIGKILL')
    await child.exited
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const api = await openApi()
    const rooms = new Map<number, Promise<number>>()
    return {
      name: 'Janus',
      pid: child.pid,
      async connect(client, { kind, stream }) {
        if (kind === 'publish') {
          const feed = publish(api, client, stream)
          rooms.set(stream, feed)
          await feed
        } else await play(api, client, { room: stream + 1, feed: (await rooms.get(stream)) ?? 0 })
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function writeConfig(folder: string): Promise<void> {
  const files = {
    'janus.jcfg': [
      'general: { admin_secret = "x" }',
      'media: { }',
      'nat: { }',
      'plugins: { disable = "libjanus_audiobridge.so,libjanus_echotest.so,libjanus_nosip.so,' +
        'libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,' +
        'libjanus_videocall.so,libjanus_voicemail.so,libjanus_duktape.so,libjanus_lua.so" }',
      'transports: { disable = "libjanus_websockets.so,libjanus_pfunix.so,libjanus_mqtt.so,' +
        'libjanus_nanomsg.so,libjanus_rabbitmq.so" }',
    ],
    'janus.transport.http.jcfg': [
      `general: { json = "compact", base_path = "/janus", http = true, port = ${HTTP_PORT} }`,
    ],
    'janus.plugin.videoroom.jcfg': ['general: { }'],
  }
  await Promise.all(
    Object.entries(files).map(([name, lines]) => writeFile(join(folder, name), lines.join('\n'))),
  )
}

type Answer = Record<string, unknown> & {
  data?: { id: number }
  plugindata?: { data: Record<string, unknown> }
  jsep?: { sdp: string }
}

interface Handle {
  /** Asks the plugin and waits for what it says about it. */
  ask(body: object, jsep?: object): Promise<Answer>
}

interface Api {
  attach(): Promise<Handle>
}

/** One session with its long poll; answers are told apart by their transaction. */
async function openApi(): Promise<Api> {
  const base = `http://127.0.0.1:${HTTP_PORT}/janus`
  const waiting = new Map<string, (answer: Answer) => void>()
  let count = 0
  const post = async (path: string, message: object): Promise<Answer> => {
    const transaction = String((count += 1))
    const response = await fetch(`${base}${path}`, {
      method: 'POST',
      body: JSON.stringify({ ...message, transaction }),
    })
    return (await response.json()) as Answer
  }
  const session = await retry(() => post('', { janus: 'create' }))
  const path = `/${session.data?.id}`
  const poll = async (): Promise<void> => {
    const response = await fetch(`${base}${path}?maxev=10`)
    const events = (await response.json()) as (Answer & { transaction?: string })[]
    for (const event of events) waiting.get(event.transaction ?? '')?.(event)
    void poll().catch(() => {})
  }
  void poll().catch(() => {})
  return {
    async attach() {
      const { data } = await post(path, { janus: 'attach', plugin: 'janus.plugin.videoroom' })
      const handlePath = `${path}/${data?.id}`
      return {
        async ask(body, jsep) {
          const transaction = `t${(count += 1)}`
          const answered = new Promise<Answer>((resolve) => waiting.set(transaction, resolve))
          const response = await fetch(`${base}${handlePath}`, {
            method: 'POST',
            body: JSON.stringify({ janus: 'message', body, jsep, transaction }),
          })
          const first = (await response.json()) as Answer
          // What is answered at once needs no event.
          const answer = first['janus'] === 'ack' ? await answered : first
          waiting.delete(transaction)
          return answer
        },
      }
    },
  }
}

async function publish(api: Api, client: MediaClient, stream: number): Promise<number> {
  const handle = await api.attach()
  const room = stream + 1
  await handle.ask({
    request: 'create',
    room,
    publishers: 4,
    bitrate: 0,
    audiocodec: 'opus',
    videocodec: 'vp8',
    notify_joining: false,
  })
  const joined = await handle.ask({ request: 'join', ptype: 'publisher', room })
  const sdp = client.description('actpass')
  const answer = await handle.ask({ request: 'publish' }, { type: 'offer', sdp })
  client.accept(sdpOf(answer))
  return Number(joined.plugindata?.data['id'])
}

async function play(
  api: Api,
  client: MediaClient,
  { room, feed }: { room: number; feed: number },
): Promise<void> {
  const handle = await api.attach()
  // A feed can be had a moment after its publisher's handshake.
  const offer = await retry(async () =>
    sdpOf(await handle.ask({ request: 'join', ptype: 'subscriber', room, streams: [{ feed }] })),
  )
  const mids = [...offer.matchAll(/^a=mid:(\S+)/gm)].map(([, mid = '']) => mid)
  const sdp = client.description('active', mids)
  await handle.ask({ request: 'start' }, { type: 'answer', sdp })
  client.accept(offer)
}

function sdpOf(answer: Answer): string {
  if (!answer.jsep) throw new Error(`Janus: ${JSON.stringify(answer)}`)
  return answer.jsep.sdp
}

async function retry<Value>(run: () => Promise<Value>): Promise<Value> {
  const deadline = performance.now() + START_TIMEOUT_MS
  for (;;) {
    try {
      return await run()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await Bun.sleep(50)
    }
  }
}
