import { describe, expect, test } from 'bun:test'
import { Scene, TEST_POLICY } from './scene.ts'

/** Two users in a room that somebody watches. */
function watched(): Scene {
  const scene = new Scene({ ...TEST_POLICY, watcher: 'w' })
  scene.join('a', { user: 1 })
  scene.join('b', { user: 2 })
  return scene
}

const toWatcher = (notices: string[]) => notices.filter((notice) => notice.startsWith('w '))

describe('K12 what the watcher of a room hears', () => {
  test('K12 here -> connection-lost -> connection-back: nothing, the seat is theirs', () => {
    const scene = watched()
    expect(toWatcher(scene.lose('a'))).toEqual([])
    expect(toWatcher(scene.comeBack('a'))).toEqual([])
  })

  test('K12 here -> a new session takes the seat back: nothing', () => {
    const scene = watched()
    scene.lose('a')
    expect(toWatcher(scene.join('c', { user: 1, tag: 'tag-a' }))).toEqual([])
  })

  test('K12 here -> leave: who stays, and that it was meant', () => {
    expect(toWatcher(watched().leave('a'))).toEqual(['w occupancy 2'])
  })

  test('K12 here -> a client that can’t come back is lost: who stays, and that it was not', () => {
    const told = watched().leave('a', true)
    expect(toWatcher(told)).toEqual(['w occupancy 2 lost'])
    expect(told).toContain('b peer-left A lost')
  })

  test('K12 lost -> another page of the same user takes the seat: both are there, one was lost', () => {
    const scene = watched()
    scene.lose('a')
    scene.hear('b', 'A', false)
    expect(toWatcher(scene.join('c', { user: 1 }))).toEqual(['w occupancy 2 1 lost'])
  })

  test('K12 full -> join: nothing', () => {
    expect(toWatcher(watched().join('c', { user: 1 }))).toEqual([])
  })

  test('K12 a room that nobody watches tells nobody', () => {
    const scene = new Scene()
    expect(scene.join('a', { user: 1 })).toEqual(['a joined as A'])
  })
})
