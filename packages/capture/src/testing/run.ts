/** What a program said and how it ended. */
export interface Ran {
  code: number
  stdout: string
  stderr: string
}

export async function run(command: readonly string[]): Promise<Ran> {
  const child = Bun.spawn([...command], { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return { code: await child.exited, stdout, stderr: stderr.trim() }
}

/** What ffmpeg complains of when it decodes all of a file: nothing, if the file is good. */
export async function complaintsOf(path: string, ...before: readonly string[]): Promise<string> {
  const decode = ['ffmpeg', '-v', 'error', ...before, '-i', path, '-fps_mode', 'passthrough']
  const { code, stderr } = await run([...decode, '-f', 'null', '-'])
  return code === 0 ? stderr : `${stderr}\nended with ${code}`
}

export interface Probed {
  durationMs: number
  streams: { codec: string; kind: string; startMs: number; width?: number; height?: number }[]
}

export async function probe(path: string): Promise<Probed> {
  const show = [
    '-show_entries',
    'format=duration:stream=codec_name,codec_type,start_time,width,height',
  ]
  const { stdout } = await run(['ffprobe', '-v', 'error', ...show, '-of', 'json', path])
  const found: {
    format: { duration: string }
    streams: {
      codec_name: string
      codec_type: string
      start_time: string
      width?: number
      height?: number
    }[]
  } = JSON.parse(stdout)
  return {
    durationMs: Number(found.format.duration) * 1000,
    streams: found.streams.map((stream) => ({
      codec: stream.codec_name,
      kind: stream.codec_type,
      startMs: Number(stream.start_time) * 1000,
      ...(stream.width && { width: stream.width }),
      ...(stream.height && { height: stream.height }),
    })),
  }
}

/** Times of a track's packets in milliseconds, in the order of the file. */
export async function packetTimes(path: string, track: 'a' | 'v'): Promise<number[]> {
  const show = ['-select_streams', track, '-show_entries', 'packet=pts_time', '-of', 'csv=p=0']
  const { stdout } = await run(['ffprobe', '-v', 'error', ...show, path])
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.map((line) => parseFloat(line) * 1000)
}
