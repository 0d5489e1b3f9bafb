import { FakeClock } from '@duet/base'
import { CastModel, type CastModelOptions } from '../state/cast/cast-model.ts'
import { FakeCastSender } from './cast-fakes.ts'
import { FakeMedia, FakeTrack } from './fakes.ts'

/** The page of a sender that can share a screen with its sound. */
export function openCastPage(options: Partial<CastModelOptions> = {}) {
  const senders: FakeCastSender[] = []
  const media = new FakeMedia()
  const screen = [new FakeTrack('video', 'screen'), new FakeTrack('audio', 'sound')]
  media.screenTracks = screen
  const clock = new FakeClock()
  const marks: string[] = []
  const urls: string[] = []
  const model = new CastModel({
    origin: 'http://localhost:8080',
    addresses: {
      best: 'https://192.168.1.5:8443',
      lan: ['https://192.168.1.5:8443'],
      public: null,
    },
    obstacle: null,
    name: 'Ann',
    createSender: (senderOptions) => {
      urls.push(senderOptions.url)
      const sender = new FakeCastSender(senderOptions)
      senders.push(sender)
      return sender
    },
    media,
    clock,
    mark: (name) => marks.push(name),
    ...options,
  })
  const sender = () => senders.at(-1) ?? new FakeCastSender({ url: '', code: 'none' })
  const isReleased = () => [...screen, ...media.tracks].every((t) => t.readyState === 'ended')
  return { senders, sender, media, screen, clock, marks, urls, model, isReleased }
}

/** With a screen on the TV in the living room. */
export async function openShownCast(options: Partial<CastModelOptions> = {}) {
  const scene = openCastPage(options)
  scene.model.type('K7PHQX')
  scene.sender().answer('Living room')
  await scene.model.start()
  scene.sender().go({ name: 'showing', isConnected: true })
  return scene
}

export type CastScene = Awaited<ReturnType<typeof openShownCast>>
