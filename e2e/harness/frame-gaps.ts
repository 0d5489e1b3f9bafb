import type { ChromiumPerson } from './chromium.ts'

declare global {
  interface Window {
    /** When the last frame was shown, and the longest that one was waited for, in milliseconds. */
    duetTestFrames?: { lastAt: number; largestGap: number }
  }
}

/** From now on it is noted how long a person waits for each frame of the remote picture. */
export async function watchFrames({ page }: ChromiumPerson): Promise<void> {
  await page.evaluate(() => {
    const video = document.querySelector<HTMLVideoElement>('[data-testid="remote-video"]')
    if (!video) throw new Error('there is no remote picture')
    const frames = { lastAt: performance.now(), largestGap: 0 }
    const isFirst = !window.duetTestFrames
    window.duetTestFrames = frames
    if (!isFirst) return
    const watch = () => {
      video.requestVideoFrameCallback(() => {
        const seen = window.duetTestFrames
        const now = performance.now()
        if (seen) {
          seen.largestGap = Math.max(seen.largestGap, now - seen.lastAt)
          seen.lastAt = now
        }
        watch()
      })
    }
    watch()
  })
}

/** The longest that a frame was waited for since `watchFrames`, the present wait included; in milliseconds. */
export function largestGap({ page }: ChromiumPerson): Promise<number> {
  return page.evaluate(() => {
    const frames = window.duetTestFrames
    if (!frames) throw new Error('nobody watches the frames')
    return Math.round(Math.max(frames.largestGap, performance.now() - frames.lastAt))
  })
}
