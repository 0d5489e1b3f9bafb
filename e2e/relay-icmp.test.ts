import { ATTRIBUTE, attributeOf, decodeMessage, METHOD } from '@duet/stun'
import { useStage } from './harness/stage.ts'
import { waitUntil } from './harness/wait.ts'

const LOOPBACK = '127.0.0.1'

const stage = useStage({
  server: {
    flags: ['--host', LOOPBACK, '--turn-user', 'ann:secret', '--turn-allow-peers', '127.0.0.0/8'],
  },
  chromium: { isShell: true },
})

/** Carries what clients send to a port and back, and counts the ICMP errors that they are told. */
class Forwarder {
  icmpErrors = 0
  readonly #upstreams = new Map<number, Promise<Bun.udp.Socket<'buffer'>>>()
  #socket: Bun.udp.Socket<'buffer'> | undefined

  static async open(port: number): Promise<Forwarder> {
    const forwarder = new Forwarder()
    forwarder.#socket = await Bun.udpSocket({
      hostname: LOOPBACK,
      socket: {
        data: (_socket, bytes, from) => void forwarder.#send(Buffer.from(bytes), from, port),
        error() {},
      },
    })
    return forwarder
  }

  get port(): number {
    return this.#socket?.port ?? 0
  }

  async close(): Promise<void> {
    this.#socket?.close()
    for (const upstream of this.#upstreams.values()) (await upstream).close()
  }

  async #send(bytes: Uint8Array, from: number, port: number): Promise<void> {
    let upstream = this.#upstreams.get(from)
    if (!upstream) {
      const data = (_socket: unknown, answer: Buffer): void => this.#handleAnswer(answer, from)
      upstream = Bun.udpSocket({ hostname: LOOPBACK, socket: { data, error() {} } })
      this.#upstreams.set(from, upstream)
    }
    ;(await upstream).send(bytes, port, LOOPBACK)
  }

  #handleAnswer(bytes: Buffer, to: number): void {
    const message = decodeMessage(bytes)
    const isData = message?.class === 'indication' && message.method === METHOD.data
    if (isData && attributeOf(message, ATTRIBUTE.icmp)) this.icmpErrors += 1
    this.#socket?.send(bytes, to, LOOPBACK)
  }
}

stage.test('TU73 a browser that is told of ICMP errors goes on', async (scene) => {
  const turnPort = /\b(\d+),\d+-\d+(?:,\d+)*\/udp\b/.exec(scene.server.output())?.[1]
  const forwarder = await Forwarder.open(Number(turnPort))
  const gone = await Bun.udpSocket({ hostname: LOOPBACK })
  const closedPort = gone.port
  gone.close()
  try {
    const { page } = await scene.newPerson()
    await page.goto(scene.server.http)
    await page.evaluate(connectRelayed, { turnPort: forwarder.port, closedPort })
    await waitUntil('an error was told', () => forwarder.icmpErrors > 0)
    const before = await page.evaluate(() => window.duetEchoes ?? 0)
    await waitUntil(
      'both go on',
      async () => (await page.evaluate(() => window.duetEchoes ?? 0)) > before + 20,
    )
  } finally {
    await forwarder.close()
  }
})

declare global {
  interface Window {
    /** What came back over a data channel. */
    duetEchoes?: number
  }
}

/** In the page: two peer connections over the relay, one of which also tries an address where nobody is. */
async function connectRelayed(ports: { turnPort: number; closedPort: number }): Promise<void> {
  const urls = `turn:127.0.0.1:${ports.turnPort}?transport=udp`
  const iceServers = [{ urls, username: 'ann', credential: 'secret' }]
  const create = () => new RTCPeerConnection({ iceServers, iceTransportPolicy: 'relay' })
  const [ann, ben] = [create(), create()]
  ann.addEventListener('icecandidate', ({ candidate }) => void ben.addIceCandidate(candidate))
  ben.addEventListener('icecandidate', ({ candidate }) => void ann.addIceCandidate(candidate))
  const channel = ann.createDataChannel('echo')
  const opened = new Promise((resolve) => channel.addEventListener('open', resolve))
  ben.addEventListener('datachannel', ({ channel: answering }) => {
    answering.addEventListener('message', ({ data }) => answering.send(data))
  })
  channel.addEventListener('message', () => {
    window.duetEchoes = (window.duetEchoes ?? 0) + 1
  })
  await ann.setLocalDescription()
  await ben.setRemoteDescription(ann.localDescription!)
  await ben.setLocalDescription()
  await ann.setRemoteDescription(ben.localDescription!)
  const candidate = `candidate:1 1 udp 2122260223 127.0.0.1 ${ports.closedPort} typ host`
  await ann.addIceCandidate({ candidate, sdpMLineIndex: 0 })
  await opened
  setInterval(() => channel.send('ping'), 50)
}
