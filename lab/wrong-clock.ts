/** Where Debian's package libfaketime puts what it is. */
const LIBRARY = '*/faketime/libfaketime.so.1'

/** Why no program can be given a wrong clock here, as a sentence; `undefined` when it can. */
export function wrongClockMissing(): string | undefined {
  if (libraryPath() !== undefined) return undefined
  return 'libfaketime is missing (apt-get install libfaketime).'
}

/**
 * The environment of a program whose clock is so many seconds ahead of the real one, or behind it
 * when they are negative. Only the time of day is wrong: timers run as always.
 */
export function wrongClock(seconds: number): Record<string, string> {
  return {
    LD_PRELOAD: libraryPath() ?? '',
    FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
}

function libraryPath(): string | undefined {
  if (process.platform !== 'linux') return undefined
  const [path] = new Bun.Glob(LIBRARY).scanSync({ cwd: '/usr/lib', onlyFiles: false })
  return path === undefined ? undefined : `/usr/lib/${path}`
}
