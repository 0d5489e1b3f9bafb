import { expect, test } from 'bun:test'
import { SoundingVideo } from './sounding-video.ts'

/** A page whose browser wants a press before it plays sound, until `isAllowed`. */
function newPage() {
  const press = new EventTarget()
  const button = Object.assign(press, { hidden: true })
  const video = {
    srcObject: null,
    hidden: true,
    muted: false,
    isAllowed: false,
    played: [] as string[],
    play() {
      const isRefused = !video.muted && !video.isAllowed
      if (isRefused) return Promise.reject(new DOMException('press first', 'NotAllowedError'))
      video.played.push(video.muted ? 'silent' : 'sounding')
      return Promise.resolve()
    },
  }
  const sounding = new SoundingVideo(video as never, button as never)
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return { video, button, sounding, settle, stream: {} as MediaStream }
}

test('where sound is allowed it plays, and there is no button', async () => {
  const { video, button, sounding, settle, stream } = newPage()
  video.isAllowed = true
  sounding.show(stream)
  await settle()
  expect([video.played, video.hidden, button.hidden]).toEqual([['sounding'], false, true])
  sounding.show(undefined)
  expect([video.srcObject, video.hidden]).toEqual([null, true])
})

test('where it is not, the picture plays, and a press brings the sound', async () => {
  const { video, button, sounding, settle, stream } = newPage()
  sounding.show(stream)
  await settle()
  sounding.show(stream)
  await settle()
  expect([video.played, button.hidden]).toEqual([['silent'], false])
  video.isAllowed = true
  button.dispatchEvent(new Event('click'))
  await settle()
  expect([video.played.at(-1), button.hidden]).toEqual(['sounding', true])
})

test('it tries again when it is told to, and only then', async () => {
  const { video, button, sounding, settle, stream } = newPage()
  sounding.tryAgain()
  sounding.show(stream)
  await settle()
  sounding.tryAgain()
  await settle()
  expect([video.played, button.hidden]).toEqual([['silent', 'silent'], false])
  video.isAllowed = true
  sounding.tryAgain()
  await settle()
  expect([video.played.at(-1), button.hidden]).toEqual(['sounding', true])
  sounding.show(undefined)
  expect(button.hidden).toBe(true)
})
