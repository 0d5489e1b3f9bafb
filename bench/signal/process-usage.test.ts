import { expect, test } from 'bun:test'
import {
  parseRss,
  parseSchedstat,
  parseStat,
  readCpuMicros,
  readRssBytes,
} from './process-usage.ts'

test('processor time is read from stat, whatever the command is called', () => {
  const fields = 'S 1 2 3 0 -1 4194304 99 0 0 0 125 75 0 0 20 0 1 0'
  expect(parseStat(`4711 (a) b (c) ${fields}`)).toBe(2)
  expect(() => parseStat('4711 (a) S')).toThrow(RangeError)
})

test('processor time of a thread is the first field of schedstat', () => {
  expect(parseSchedstat('614366591 661866 8\n')).toBe(614_366_591)
  expect(() => parseSchedstat('')).toThrow(RangeError)
})

test('memory is VmRSS in bytes', () => {
  expect(parseRss('VmHWM:\t    900 kB\nVmRSS:\t    123 kB\nThreads:\t1\n')).toBe(123 * 1024)
  expect(() => parseRss('VmSize: 1 kB')).toThrow(RangeError)
})

test('this process uses memory, and time when it works', () => {
  expect(readRssBytes(process.pid)).toBeGreaterThan(1_000_000)
  const before = readCpuMicros(process.pid)
  let sum = 0
  while (readCpuMicros(process.pid) < before + 50_000) sum += Math.sqrt(sum + 1)
  expect(sum).toBeGreaterThan(0)
})

test('time of threads that have ended counts', async () => {
  const before = readCpuMicros(process.pid)
  const source =
    'const end = performance.now() + 300; while (performance.now() < end); postMessage(0)'
  const worker = new Worker(URL.createObjectURL(new Blob([source])))
  const closed = new Promise((resolve) => worker.addEventListener('close', resolve))
  await new Promise((resolve) => worker.addEventListener('message', resolve))
  worker.terminate()
  await closed
  await Bun.sleep(50)
  expect(readCpuMicros(process.pid) - before).toBeGreaterThan(200_000)
})
