import { afterEach, expect } from 'bun:test'
import type { Server } from 'bun'
import { until } from '../testing/until.ts'
import { openRawUpstream, type RawUpstream } from './raw-upstream.ts'
import { openStage, openUpstream, type ProxyStage } from './testing.ts'

/** What one test of passing requests on has; nothing of it is left behind. For tests. */
export interface ForwardScene {
  stage: ProxyStage
  upstream: Server<string> | undefined
  /** Passes `/up` on to an upstream that answers so. */
  open(answer: (request: Request) => Response | Promise<Response>): void
  /** Passes `/up` on to an upstream that writes its bytes itself. */
  openRaw(onHead: Parameters<typeof openRawUpstream>[0]): Promise<RawUpstream>
}

/** A scene for each test of a file. */
export function useForwardScene(): ForwardScene {
  let raw: RawUpstream | undefined
  const scene: Omit<ForwardScene, 'stage'> & { stage?: ProxyStage } = {
    upstream: undefined,
    open(answer) {
      scene.upstream = openUpstream(answer)
      scene.stage = openStage(scene.upstream.port ?? 0)
    },
    async openRaw(onHead) {
      raw = await openRawUpstream(onHead)
      scene.stage = openStage(raw.port)
      return raw
    },
  }

  afterEach(async () => {
    const { stage, upstream } = scene
    await stage?.close()
    await upstream?.stop(true)
    raw?.close()
    scene.upstream = raw = undefined
    await until(() => stage?.proxy.counts.requests === 0)
    expect(stage?.clock.pending).toBe(0)
  })
  return scene as ForwardScene
}
