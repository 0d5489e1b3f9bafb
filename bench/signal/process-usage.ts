import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts processor time in `/proc/<pid>/stat` in hundredths of a second, always. */
const TICKS_PER_SECOND = 100

/**
 * Processor time of a process so far, in microseconds. The threads that are there tell it exactly; what
 * those took that have ended, is known to two hundredths of a second.
 */
export function readCpuMicros(pid: number): number {
  return Math.max(readThreadMicros(pid), parseStat(readProc(`${pid}/stat`)) * 1_000_000)
}

/** 0 where the kernel was built without it, or a thread ended while it was read. */
function readThreadMicros(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    const nanos = threads.map((id) => parseSchedstat(readProc(`${pid}/task/${id}/schedstat`)))
    return nanos.reduce((sum, each) => sum + each, 0) / 1000
  } catch {
    return 0
  }
}

/** Memory of a process that is in RAM, in bytes. */
export function readRssBytes(pid: number): number {
  return parseRss(readProc(`${pid}/status`))
}

/** Nanoseconds on the processor: the first field of `/proc/<pid>/task/<id>/schedstat`. */
export function parseSchedstat(text: string): number {
  const nanos = Number.parseInt(text, 10)
  if (Number.isNaN(nanos)) throw new RangeError(`no schedstat: ${text}`)
  return nanos
}

/** `utime` and `stime` of `/proc/<pid>/stat` together, in seconds (proc(5)). */
export function parseStat(text: string): number {
  // The command stands in brackets and may hold anything; the state, field 3, follows it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [utime, stime] = [Number(fields[14 - 3]), Number(fields[15 - 3])]
  if (!Number.isFinite(utime + stime)) throw new RangeError(`no stat: ${text}`)
  return (utime + stime) / TICKS_PER_SECOND
}

/** `VmRSS` of `/proc/<pid>/status`, in bytes. */
export function parseRss(text: string): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(text)
  if (!found) throw new RangeError('no VmRSS')
  return Number(found[1]) * 1024
}

function readProc(path: string): string {
  return readFileSync(`/proc/${path}`, 'utf8')
}
