import { test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { FREE_PORTS, spawnServer } from '../../spawn-server.ts'
import { until } from './fixture.ts'
import { Page } from './page.ts'

const ROOMS = 5_000
const PAIRS = 20
const MAX_GROWTH_BYTES = 20 * 1024 * 1024

/** Resident memory of a process, in bytes (proc(5)). */
function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}

/** New pages meet in `count` rooms, each for a message, and go. */
async function meet(origin: string, count: number): Promise<void> {
  const transports = ['websocket', 'upgrade']
  await Promise.all(
    Array.from({ length: PAIRS }, async (_, i) => {
      const transport = transports[i % transports.length] ?? ''
      const own = { version: i % 2 === 0 ? '4' : '2.5', transport }
      const [a, b] = [await Page.open(origin, own), await Page.open(origin, own)]
      for (let n = 0; n < count / PAIRS; n++) {
        const room = `room ${i} ${n}`
        await a.ask('join', room, 'joined')
        await b.ask('join', room, 'joined')
        a.socket.emit('message', room, { type: 'offer', sdp: 'x'.repeat(1_500) })
        await b.hears('message')
        await b.ask('leave', room, 'leaved')
        await a.ask('leave', room, 'leaved')
        a.heard.length = 0
        b.heard.length = 0
      }
      a.socket.close()
      b.socket.close()
    }),
  )
}

test('RM17 5000 rooms leave nothing behind', async () => {
  const flags = [...FREE_PORTS, '--host', '127.0.0.1', '--limits', 'off']
  const server = await spawnServer(flags)
  const { pid } = server.process
  const origin = server.origin('http').replace('localhost', '127.0.0.1')
  try {
    // What is compiled and allocated once is no growth.
    await meet(origin, ROOMS / 2)
    const before = residentBytes(pid)
    await meet(origin, ROOMS)
    // What is unused is given back when the collector has come by.
    await until(() => residentBytes(pid) - before < MAX_GROWTH_BYTES)
  } finally {
    await server.stop()
  }
}, 300_000)
