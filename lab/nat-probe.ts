/**
 * A program for homes: `bun nat-probe.ts <addresses> <ports>` asks a reflector at two addresses and
 * two ports each, and prints a `NatFindings` as JSON.
 */
import type { NatFindings } from './nat-findings.ts'

interface Answer {
  id: string
  /** By which address the reflector sees us. */
  seen: string
  /** The reflector's address that this came from. */
  from: string
}

/** A packet may get lost; nothing takes longer in a lab. */
const ATTEMPTS = 5
const ATTEMPT_MS = 400
const CONNECT_MS = 2_000

const [addresses = [], ports = []] = process.argv.slice(2).map((list) => list.split(','))
const [address = '', otherAddress = ''] = addresses
const [port = '', otherPort = ''] = ports

const answers: Answer[] = []

function openSocket() {
  return Bun.udpSocket({
    socket: {
      data(_, data) {
        answers.push(JSON.parse(data.toString()))
      },
      error() {},
    },
  })
}

type Socket = Awaited<ReturnType<typeof openSocket>>

/** Asks until an answer comes from the very place that was asked. */
async function ask(socket: Socket, at: string, onPort: string): Promise<Answer | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const id = crypto.randomUUID()
    const isAnswer = (each: Answer) => each.id === id && each.from === `${at}:${onPort}`
    socket.send(id, Number(onPort), at)
    const deadline = performance.now() + ATTEMPT_MS
    while (!answers.some(isAnswer) && performance.now() < deadline) await Bun.sleep(5)
    const answer = answers.find(isAnswer)
    if (answer) return answer
  }
  return undefined
}

/** By what this socket is seen from several places (RFC 5780 §4.3). */
async function findMapping(): Promise<NatFindings['mapping']> {
  const socket = await openSocket()
  const first = await ask(socket, address, port)
  if (!first) return 'blocked'
  const atOtherPort = await ask(socket, address, otherPort)
  const atOtherAddress = await ask(socket, otherAddress, port)
  socket.close()
  if (!atOtherPort || !atOtherAddress) return 'blocked'
  if (first.seen === atOtherPort.seen && first.seen === atOtherAddress.seen) {
    return 'endpoint-independent'
  }
  return first.seen === atOtherPort.seen ? 'address-dependent' : 'address-and-port-dependent'
}

/** From where a socket hears answers that has asked one place only (RFC 5780 §4.4). */
async function findFiltering(): Promise<NatFindings['filtering']> {
  const socket = await openSocket()
  const asked = await ask(socket, address, port)
  socket.close()
  if (!asked) return 'blocked'
  const heard = answers.filter(({ id }) => id === asked.id).map(({ from }) => from)
  if (heard.some((from) => from.startsWith(`${otherAddress}:`))) return 'endpoint-independent'
  return heard.length > 1 ? 'address-dependent' : 'address-and-port-dependent'
}

async function connects(onPort: string): Promise<boolean> {
  const opened = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => opened.resolve(false), CONNECT_MS)
  Bun.connect({
    hostname: address,
    port: Number(onPort),
    socket: { data: () => opened.resolve(true) },
  }).catch(() => opened.resolve(false))
  const isOpen = await opened.promise
  clearTimeout(timer)
  return isOpen
}

const [mapping, filtering, ...isOpen] = await Promise.all([
  findMapping(),
  findFiltering(),
  ...ports.map(connects),
])
const tcpPorts = ports.map(Number).filter((_, index) => isOpen[index])
const findings: NatFindings = { mapping, filtering, tcpPorts }
console.log(JSON.stringify(findings))
process.exit(0)
