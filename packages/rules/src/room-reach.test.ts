import { describe, expect, test } from 'bun:test'
import { OFFER, PLAIN, Scene } from './scene.ts'

const join = (scene: Scene, who: string, more: Parameters<Scene['join']>[1] = {}): string[] =>
  scene.join(who, { reach: `${who}!`, ip: `ip-${who}`, ...more })

/** Two members whose way of media somebody minds. */
function talking(): Scene {
  const scene = new Scene()
  join(scene, 'a')
  join(scene, 'b')
  return scene
}

const toMinder = (notices: string[]) => notices.filter((notice) => notice.includes('! '))

describe('N1 whoever minds the way of media hears', () => {
  test('N1 alone -> join: of each other, before they are told themselves', () => {
    const scene = new Scene()
    expect(join(scene, 'a')).toEqual(['a! reach', 'a joined as A'])
    const told = join(scene, 'b')
    expect(told.slice(0, 2)).toEqual(['a! reach B@ip-b', 'b! reach A@ip-a'])
    expect(told.slice(2)).toEqual(['b joined as B with A', 'a peer-joined B and offers'])
  })

  test('N1 talking -> connection-lost -> connection-back: that addresses may be told unseen', () => {
    const scene = talking()
    expect(toMinder(scene.lose('a'))).toEqual(['a! reach B@ip-b unseen', 'b! reach A@ip-a unseen'])
    expect(toMinder(scene.comeBack('a', 'ip-new'))).toEqual([
      'a! reach B@ip-b',
      'b! reach A@ip-new',
    ])
  })

  test('N1 here -> connection-back from elsewhere: where it is now, and nobody else', () => {
    const scene = talking()
    expect(scene.comeBack('a', 'ip-new')).toEqual(['b! reach A@ip-new'])
    expect(scene.comeBack('a', 'ip-new')).toEqual([])
    expect(scene.comeBack('a')).toEqual([])
  })

  test('N1 away -> grace-over while it is heard: still unseen', () => {
    const scene = talking()
    scene.lose('a')
    expect(scene.endGrace('a')).toEqual([])
    expect(scene.seats).toBe('A expired, B here')
  })

  test('N1 alone -> connection-lost: nobody can be told anything', () => {
    const scene = new Scene()
    join(scene, 'a')
    expect(scene.lose('a')).toEqual([])
  })

  test('N1 talking -> leave: it is over, after all else', () => {
    const told = talking().leave('a')
    expect(toMinder(told)).toEqual(['b! reach', 'a! reach-over'])
    expect(told.at(-1)).toBe('a! reach-over')
  })

  test('N1 talking -> lost for good: over as well', () => {
    const scene = talking()
    scene.lose('a')
    scene.hear('b', 'A', false)
    expect(toMinder(scene.endGrace('a'))).toEqual(['b! reach', 'a! reach-over'])
  })

  test('N1 a new session takes the seat back: it is the heir', () => {
    const scene = talking()
    scene.lose('a')
    expect(toMinder(join(scene, 'c', { tag: 'tag-a' }))).toEqual([
      'c! reach B@ip-b',
      'b! reach A@ip-c',
      'a! reach-over heir c!',
    ])
  })

  test('N1 a new session that nobody minds takes the seat back: there is no heir', () => {
    const scene = talking()
    scene.lose('a')
    expect(toMinder(scene.join('c', { tag: 'tag-a' }))).toEqual(['b! reach A', 'a! reach-over'])
  })

  test('N1 signals, texts and who waits in line change nothing', () => {
    const scene = talking()
    const told = [scene.signal('a', OFFER), scene.chat('b', 'hello'), join(scene, 'c')]
    expect(told.flatMap(toMinder)).toEqual([])
  })

  test('N1 a kept offer changes nothing', () => {
    const scene = new Scene()
    join(scene, 'a')
    expect(scene.signal('a', OFFER)).toEqual([])
  })

  test('N1 of those who are not minded themselves, too', () => {
    const scene = new Scene()
    scene.join('a', { dialect: PLAIN, ip: 'ip-a' })
    expect(toMinder(join(scene, 'b'))).toEqual(['b! reach A@ip-a'])
  })
})
