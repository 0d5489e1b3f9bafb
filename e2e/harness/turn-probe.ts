import { createInterface } from 'node:readline'
import {
  ATTRIBUTE,
  attributeOf,
  decodeErrorCode,
  decodeMessage,
  decodeText,
  encodeMessage,
  encodeText,
  encodeXorAddress,
  joinAddress,
  longTermKey,
  METHOD,
  parseIp,
  type ReceivedMessage,
  type StunAttribute,
} from '@duet/stun'

/** What `turnProbe` is asked, as the one argument of this program. */
export interface ProbeTask {
  host: string
  port: number
  username: string
  password: string
}

const PATIENCE_MS = 5000

/** A TURN client over UDP that does what is asked of it, line by line: `allocate`, `permit <ip>`. */
async function runProbe(task: ProbeTask): Promise<void> {
  let client = await ProbeClient.connect(task)
  for await (const line of createInterface({ input: process.stdin })) {
    const [verb, ip = ''] = line.split(' ')
    if (verb === 'allocate') {
      // A five-tuple of its own each time.
      client = await ProbeClient.connect(task)
      console.log(`${line}: ${await client.allocate()}`)
    } else console.log(`${line}: ${await client.permit(ip)}`)
  }
}

class ProbeClient {
  readonly #task: ProbeTask
  readonly #waiting = new Map<string, (answer: ReceivedMessage) => void>()
  #send: (bytes: Uint8Array) => void = () => {}
  #realm = ''
  #nonce = ''

  private constructor(task: ProbeTask) {
    this.#task = task
  }

  static async connect(task: ProbeTask): Promise<ProbeClient> {
    const client = new ProbeClient(task)
    const socket = await Bun.udpSocket({
      binaryType: 'uint8array',
      connect: { hostname: task.host, port: task.port },
      socket: {
        data(_, bytes) {
          const answer = decodeMessage(bytes.slice())
          if (answer) client.#waiting.get(answer.transactionId.toHex())?.(answer)
        },
      },
    })
    client.#send = (bytes) => void socket.send(bytes)
    return client
  }

  /** 0, or the error code. */
  async allocate(): Promise<number> {
    const udp = { type: ATTRIBUTE.requestedTransport, value: Uint8Array.of(17, 0, 0, 0) }
    const challenge = await this.#ask(METHOD.allocate, () => [udp])
    this.#realm = textOf(challenge, ATTRIBUTE.realm)
    this.#nonce = textOf(challenge, ATTRIBUTE.nonce)
    return codeOf(await this.#ask(METHOD.allocate, () => [udp]))
  }

  async permit(text: string): Promise<number> {
    const ip = parseIp(text)
    if (ip === undefined) throw new TypeError(`"${text}" is not an IP address`)
    const peer = joinAddress(ip, 4000)
    return codeOf(
      await this.#ask(METHOD.createPermission, (transactionId) => [
        { type: ATTRIBUTE.xorPeerAddress, value: encodeXorAddress(peer, transactionId) },
      ]),
    )
  }

  #ask(method: number, write: (id: Uint8Array) => StunAttribute[]): Promise<ReceivedMessage> {
    const transactionId = crypto.getRandomValues(new Uint8Array(12))
    const { username, password } = this.#task
    const [realm, nonce] = [this.#realm, this.#nonce]
    const login =
      realm === ''
        ? []
        : [
            { type: ATTRIBUTE.username, value: encodeText(username) },
            { type: ATTRIBUTE.realm, value: encodeText(realm) },
            { type: ATTRIBUTE.nonce, value: encodeText(nonce) },
          ]
    const key = longTermKey('md5', { username, realm, password })
    const attributes = [...write(transactionId), ...login]
    const bytes = encodeMessage(
      { class: 'request', method, transactionId, attributes },
      { integrity: realm === '' ? undefined : { algorithm: 'sha-1', key } },
    )
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no answer')), PATIENCE_MS)
      this.#waiting.set(transactionId.toHex(), (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
      this.#send(bytes)
    })
  }
}

/** A raw TURN client, run by the machine that `prefix` leads to. */
export class TurnProbe {
  readonly #child
  readonly #lines: AsyncIterator<string>

  constructor(task: ProbeTask, prefix: readonly string[]) {
    this.#child = Bun.spawn([...prefix, process.execPath, import.meta.path, JSON.stringify(task)], {
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'inherit',
    })
    this.#lines = linesOf(this.#child.stdout)
  }

  /** Asks for an allocation, or a permission; resolves with 0 or the error code. */
  async ask(line: 'allocate' | `permit ${string}`): Promise<number> {
    void this.#child.stdin.write(`${line}\n`)
    await this.#child.stdin.flush()
    const { value } = await this.#lines.next()
    return Number(/: (\d+)$/.exec(value ?? '')?.[1])
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await this.#child.stdin.end()
    this.#child.kill()
    await this.#child.exited
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of stream) {
    const lines = (rest + new TextDecoder().decode(chunk)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

function codeOf(answer: ReceivedMessage): number {
  if (answer.class === 'success') return 0
  return decodeErrorCode(attributeOf(answer, ATTRIBUTE.errorCode) ?? new Uint8Array(0)) ?? -1
}

function textOf(message: ReceivedMessage, type: number): string {
  return decodeText(attributeOf(message, type) ?? new Uint8Array(0)) ?? ''
}

if (import.meta.main) await runProbe(JSON.parse(process.argv[2] ?? '') as ProbeTask)
