import { cpus, freemem, loadavg, totalmem, uptime } from 'node:os'
import type { MediaStats } from '@duet/media'

const KB = 1024

/** What `/api/v1/summaries` tells of this process and its machine; nothing that could be a secret. */
export function summary({
  stats,
  startedAt,
  now,
  version,
}: {
  stats: MediaStats
  /** Milliseconds since the epoch. */
  startedAt: number
  now: number
  version: string
}): object {
  const { rss } = process.memoryUsage()
  const upS = Math.max(1, (now - startedAt) / 1000)
  const { user, system } = process.cpuUsage()
  const [load1 = 0, load5 = 0, load15 = 0] = loadavg()
  return {
    ok: true,
    now_ms: now,
    self: {
      version,
      pid: process.pid,
      ppid: process.ppid,
      argv: 'duet',
      cwd: '',
      mem_kbyte: Math.round(rss / KB),
      mem_percent: rss / totalmem(),
      // Since the start.
      cpu_percent: (user + system) / 1e6 / upS,
      srs_uptime: Math.floor(upS),
    },
    system: {
      mem_ram_kbyte: Math.round(totalmem() / KB),
      mem_ram_percent: 1 - freemem() / totalmem(),
      cpus: cpus().length,
      cpus_online: cpus().length,
      uptime: uptime(),
      load_1m: load1,
      load_5m: load5,
      load_15m: load15,
      srs_sample_time: now,
      srs_recv_bytes: stats.receivedBytes,
      srs_send_bytes: stats.sentBytes,
      conn_srs: stats.sessions,
    },
  }
}
