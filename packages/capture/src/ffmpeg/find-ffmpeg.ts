import type { Ffmpeg } from '../ffmpeg.ts'

/** Lists are short; a program that says more is not ffmpeg. */
const MAX_OUTPUT_BYTES = 256 * 1024
const ANSWER_MS = 10_000

/** `path` is a path or a name in PATH (default `ffmpeg`). Undefined when there is none that runs. */
export async function findFfmpeg(path = 'ffmpeg'): Promise<Ffmpeg | undefined> {
  const found = Bun.which(path)
  if (!found) return undefined
  const [about, list] = await Promise.all([
    outputOf([found, '-hide_banner', '-version']),
    outputOf([found, '-hide_banner', '-encoders']),
  ])
  const version = about && /^ffmpeg version (\S+)/.exec(about)?.[1]
  if (!version || list === undefined) return undefined
  const names = [...list.matchAll(/^ [AVS][A-Z.]{5} (\S+)/gm)].map(([, name = '']) => name)
  return { path: found, version, encoders: new Set(names) }
}

async function outputOf(command: readonly string[]): Promise<string | undefined> {
  try {
    const child = Bun.spawn([...command], {
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'ignore',
      timeout: ANSWER_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
    })
    const text = await new Response(child.stdout).text()
    return (await child.exited) === 0 ? text : undefined
  } catch {
    return undefined
  }
}
