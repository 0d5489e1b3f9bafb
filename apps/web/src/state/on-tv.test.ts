import { signal } from '@preact/signals'
import { expect, test } from 'bun:test'
import type { CallCast } from './cast/call-cast.ts'
import { OnTv } from './on-tv.ts'

function fakeCast() {
  const requests: string[] = []
  const isShown = signal(false)
  const cast = {
    isShown,
    entry: { tvName: signal('Den') },
    stop: () => requests.push('stop'),
    close: () => requests.push('close'),
  }
  return { requests, isShown, cast: cast as unknown as CallCast }
}

test('what moves the picture is loaded once, when it is asked for', async () => {
  const { cast, isShown, requests } = fakeCast()
  let loads = 0
  const onTv = new OnTv(() => {
    loads += 1
    return Promise.resolve(cast)
  })
  expect([onTv.cast.value, onTv.isShown.value, onTv.tvName.value]).toEqual([null, false, ''])
  onTv.stop()
  await Promise.all([onTv.load(), onTv.load()])
  expect(loads).toBe(1)
  isShown.value = true
  expect([onTv.isShown.value, onTv.tvName.value]).toEqual([true, 'Den'])
  onTv.stop()
  onTv.close()
  expect(requests).toEqual(['stop', 'close'])
})

test('after a failure it may be loaded again', async () => {
  const { cast } = fakeCast()
  let loads = 0
  const onTv = new OnTv(() => {
    loads += 1
    return loads === 1 ? Promise.reject(new Error('no network')) : Promise.resolve(cast)
  })
  expect(onTv.load()).rejects.toThrow('no network')
  await onTv.load().catch(() => onTv.load())
  expect(onTv.cast.value).toBe(cast)
})

test('what comes after the call is over is closed at once', async () => {
  const { cast, requests } = fakeCast()
  const onTv = new OnTv(() => Promise.resolve(cast))
  const loading = onTv.load()
  onTv.close()
  await loading
  expect(requests).toEqual(['close'])
  expect(onTv.cast.value).toBeNull()
})
