import type { StreamRequest } from './stream-page.ts'

/** What GStreamer's webrtcbin says of itself. */
export interface GstreamerReport {
  /** As of a peer connection. */
  state: string
  /** Decoded so far, and those that differed from the one before. */
  frames: number
  changed: number
  width: number
  height: number
  /** 0 to 1, over the last tenth of a second. */
  loudness: number
}

/** A publisher or player that is no browser; it ends its session when it is closed. */
export interface GstreamerClient {
  /** Undefined before the first one. */
  report(): GstreamerReport | undefined
  /** What it printed beside its reports. */
  errors(): string
  /** Ends its session and itself; resolves with its exit code. Idempotent. */
  close(): Promise<number>
}

const SCRIPT = new URL('webrtcbin.py', import.meta.url).pathname
/** Debian's, which sees Debian's bindings. */
const PYTHON = '/usr/bin/python3'
const IMPORTS = `import gi
gi.require_version('GstWebRTC', '1.0')
from gi.repository import Gst, GstWebRTC
Gst.init(None)
assert all(map(Gst.ElementFactory.find, ('webrtcbin', 'nicesrc', 'vp8enc', 'x264enc', 'openh264dec')))`

/** Why GStreamer can't be tried here, as a sentence; `undefined` when it can. */
export function gstreamerMissing(): string | undefined {
  const isThere = Bun.which(PYTHON) !== null
  if (isThere && Bun.spawnSync([PYTHON, '-c', IMPORTS]).exitCode === 0) return undefined
  return 'GStreamer is not installed: apt-get install gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-nice python3-gst-1.0 gir1.2-gst-plugins-bad-1.0'
}

/** Publishes a test picture with a test tone, or plays. */
export function startGstreamer(
  kind: 'publish' | 'play',
  { address, token }: StreamRequest,
  codec: 'VP8' | 'H264',
): GstreamerClient {
  const child = Bun.spawn([PYTHON, SCRIPT, kind, address, token, codec], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  let last: GstreamerReport | undefined
  let errors = ''
  void eachLine(child.stdout, (line) => {
    last = JSON.parse(line) as GstreamerReport
  })
  void eachLine(child.stderr, (line) => {
    errors += `${line}\n`
  })
  return {
    report: () => last,
    errors: () => errors,
    close() {
      child.kill('SIGTERM')
      return child.exited
    },
  }
}

async function eachLine(
  stream: ReadableStream<Uint8Array>,
  take: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stream) {
    const lines = (text + decoder.decode(chunk, { stream: true })).split('\n')
    text = lines.pop() ?? ''
    lines.forEach(take)
  }
}
