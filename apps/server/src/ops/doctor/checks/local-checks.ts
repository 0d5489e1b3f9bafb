import { readdirSync, rmSync, statSync, statfsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { messageOf, type Clock } from '@duet/base'
import { tlsPairs, type Config } from '../../../config/index.ts'
import { readGivenCertificate } from '../../../front/certificate.ts'
import { fails, ok, untried, type Check, type Verdict } from '../verdict.ts'

/** Less than this is as good as full: one recording fills it. */
const MIN_FREE_BYTES = 200 * 2 ** 20
/** Written and removed again. */
const PROBE_BYTES = 65_536
/** Clocks of network disks differ by so much. */
const FILE_TOLERANCE_MS = 60_000
/** So many files of the data directory are looked at. */
const MAX_FILES = 200

/** What only the server's own machine can know. */
export function localChecks(config: Config, clock: Clock): Check[] {
  const data = resolve(config.data)
  const places = [...new Set([data, ...(config.recordings ? [resolve(config.recordings)] : [])])]
  return [
    { id: 'disk', label: 'Disk', run: () => checkDisk(places) },
    { id: 'local-clock', label: 'Clock and files', run: () => checkFileTimes(data, clock) },
    {
      id: 'certificate-files',
      label: 'Certificate files',
      run: () => checkCertificates(config, clock),
    },
    { id: 'ffmpeg', label: 'ffmpeg', run: () => checkFfmpeg(config) },
  ]
}

function checkDisk(places: readonly string[]): Promise<Verdict> {
  const free: string[] = []
  for (const path of places) {
    const failed = tryWriting(path)
    if (failed) return Promise.resolve(failed)
    const { bavail, bsize } = statfsSync(path)
    const bytes = bavail * bsize
    if (bytes < MIN_FREE_BYTES) return Promise.resolve(fails('disk-full', { path, bytes }))
    free.push(`${path} has ${(bytes / 2 ** 30).toFixed(1)} GiB left`)
  }
  return Promise.resolve(ok(free.join(', ')))
}

function tryWriting(path: string): Verdict | undefined {
  const probe = join(path, `.doctor-${process.pid}`)
  try {
    writeFileSync(probe, new Uint8Array(PROBE_BYTES))
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT') return fails('disk-full', { path, bytes: 0 })
    return fails('data-not-writable', { path, detail: code ?? messageOf(error) })
  } finally {
    rmSync(probe, { force: true })
  }
}

/** Files from the future: the clock was set back, or is behind the one that wrote them. */
function checkFileTimes(data: string, clock: Clock): Promise<Verdict> {
  const now = clock.now()
  let names: string[]
  try {
    names = readdirSync(data).slice(0, MAX_FILES)
  } catch {
    return Promise.resolve(untried('there is no data directory yet'))
  }
  for (const name of names) {
    const path = join(data, name)
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
    const seconds = Math.round((written - now) / 1000)
    if (written - now > FILE_TOLERANCE_MS) {
      return Promise.resolve(fails('clock-behind', { path, seconds }))
    }
  }
  return Promise.resolve(ok('no file is from the future'))
}

function checkCertificates(config: Config, clock: Clock): Promise<Verdict> {
  const pairs = tlsPairs(config)
  if (pairs.length === 0) return Promise.resolve(untried('none was given'))
  try {
    const all = pairs.map(({ cert, key }) => readGivenCertificate(cert, key))
    const ended = all.find(({ endsAt }) => endsAt < clock.now())
    if (ended) {
      const detail = new Date(ended.endsAt).toISOString().slice(0, 10)
      return Promise.resolve(fails('certificate-expired', { at: ended.names.join(', '), detail }))
    }
    return Promise.resolve(ok(all.flatMap(({ names }) => names).join(', ')))
  } catch (error) {
    return Promise.resolve(fails('certificate-files', { detail: messageOf(error) }))
  }
}

async function checkFfmpeg(config: Config): Promise<Verdict> {
  const isUsed = config.mediaPort !== null && (config.live === 'on' || config.recordings !== null)
  if (!isUsed) return untried('nothing here uses it')
  const { findFfmpeg } = await import('@duet/capture')
  const found = await findFfmpeg(config.ffmpeg)
  if (found) return ok(`${found.version} at ${found.path}`)
  return fails('no-ffmpeg', config.ffmpeg === undefined ? {} : { path: config.ffmpeg })
}
