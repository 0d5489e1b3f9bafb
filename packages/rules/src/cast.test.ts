import { describe, expect, test } from 'bun:test'
import { ANSWER, CANDIDATE, OFFER, PLAIN, Scene, TEST_CAST } from './scene.ts'

const TV = { receiver: { holder: 'tv' } }

/** Nobody is there. */
function free(): Scene {
  return new Scene(TEST_CAST)
}

/** A receiver shows its code. */
function shown(): Scene {
  const scene = free()
  scene.join('t', TV)
  return scene
}

/** Somebody entered it. */
function entered(): Scene {
  const scene = shown()
  scene.join('a')
  return scene
}

/** The receiver is gone, and the sender stays. */
function left(): Scene {
  const scene = entered()
  scene.leave('t')
  return scene
}

/** The receiver did not come back. */
function over(): Scene {
  const scene = shown()
  scene.leave('t')
  scene.codeDue()
  return scene
}

const codeOf = ({ room }: Scene) => room?.code?.name

describe('T2 T3 T5 codes and who stands behind them', () => {
  test('free -> a receiver opens -> shown', () => {
    const scene = free()
    expect(scene.join('t', TV)).toEqual(['t joined as T', 'w occupancy ', 'w code shown'])
    expect(codeOf(scene)).toBe('shown')
  })

  test('free -> somebody enters it -> free: nobody shows it', () => {
    const scene = free()
    expect(scene.join('a')).toEqual(['a refused no-such-cast 1'])
    expect(scene.room).toBeUndefined()
  })

  test('shown -> somebody enters it -> shown, and the sender offers', () => {
    const scene = shown()
    expect(scene.join('a')).toEqual([
      'a joined as A with T and offers',
      't peer-joined A',
      'w occupancy ',
    ])
  })

  test('shown -> a second one enters it -> that one is told full', () => {
    const scene = entered()
    expect(scene.join('b')).toEqual(['b full'])
    expect(scene.join('c', { wait: true })).toEqual(['c refused line-full 1'])
    expect(scene.seats).toBe('T here, A here')
  })

  test('shown -> the sender leaves -> shown, for the next one', () => {
    const scene = entered()
    expect(scene.leave('a')).toEqual(['a left', 't peer-left A left', 'w occupancy '])
    expect(scene.join('b')[0]).toBe('b joined as B with T and offers')
  })

  test('shown -> another receiver comes to the same code -> it is taken', () => {
    const scene = entered()
    expect(scene.join('u', { receiver: { holder: 'another' } })).toEqual(['u refused code-taken 1'])
    expect(scene.seats).toBe('T here, A here')
  })

  test('shown -> another page of the receiver -> the latest has the seat', () => {
    const scene = entered()
    expect(scene.join('u', TV)).toEqual([
      'u joined as U with A',
      't dismissed displaced',
      'a peer-left T lost',
      'a peer-joined U and offers',
      'w occupancy  lost',
    ])
    expect(scene.seats).toBe('A here, U here')
  })

  test('shown -> the same page with a new session -> its seat goes on', () => {
    const scene = entered()
    scene.lose('t')
    expect(scene.join('u', { ...TV, tag: 'tag-t' })).toEqual([
      'u joined as T with A',
      'a peer-back T fresh',
      't seat-lost',
    ])
  })

  test('shown -> the receiver leaves -> kept', () => {
    const scene = entered()
    expect(scene.leave('t')).toEqual([
      't left',
      'a peer-left T left',
      'w occupancy ',
      'w code kept',
    ])
    expect(codeOf(scene)).toBe('kept')
  })

  test('shown -> the receiver leaves alone -> kept: the room waits for it', () => {
    const scene = shown()
    scene.leave('t')
    expect([codeOf(scene), scene.seats]).toEqual(['kept', ''])
  })

  test('shown -> the receiver is lost, and heard -> shown', () => {
    const scene = entered()
    expect(scene.lose('t')).toEqual(['a peer-away T'])
    expect(scene.endGrace('t')).toEqual([])
    expect(codeOf(scene)).toBe('shown')
  })

  test('shown -> the receiver is lost for good -> kept', () => {
    const scene = entered()
    scene.lose('t')
    scene.hear('a', 'T', false)
    expect(scene.endGrace('t')).toEqual([
      't seat-lost',
      'a peer-left T lost',
      'w occupancy  lost',
      'w code kept',
    ])
  })

  test('shown -> its time is over -> shown: it has none', () => {
    const scene = shown()
    expect(scene.codeDue()).toEqual([])
    expect(codeOf(scene)).toBe('shown')
  })

  test('kept -> its receiver is back -> shown, and the sender offers again', () => {
    const scene = left()
    expect(scene.join('u', TV)).toEqual([
      'u joined as U with A',
      'a peer-joined U and offers',
      'w occupancy ',
      'w code shown',
    ])
  })

  test('kept -> another receiver -> it is taken', () => {
    expect(left().join('u', { receiver: { holder: 'another' } })).toEqual([
      'u refused code-taken 1',
    ])
  })

  test('kept -> somebody enters it -> the cast is over', () => {
    expect(left().join('b')).toEqual(['b refused cast-over 1'])
  })

  test('kept -> its sender with a new session -> its seat goes on', () => {
    expect(left().join('b', { tag: 'tag-a' })).toEqual(['b joined as A', 'a seat-lost'])
  })

  test('kept -> the grace time passes -> over, and the sender is put out', () => {
    const scene = left()
    expect(scene.codeDue()).toEqual([
      'a dismissed receiver-gone',
      'w occupancy  lost',
      'w code over',
    ])
    expect([codeOf(scene), scene.seats]).toEqual(['over', ''])
  })

  test('over -> somebody enters it -> the cast is over', () => {
    expect(over().join('a')).toEqual(['a refused cast-over 1'])
  })

  test('over -> any receiver -> shown', () => {
    const scene = over()
    expect(scene.join('u', { receiver: { holder: 'another' } })[0]).toBe('u joined as U')
    expect(codeOf(scene)).toBe('shown')
  })

  test('over -> its time passes -> free', () => {
    const scene = over()
    expect(scene.codeDue()).toEqual(['w code forgotten'])
    expect(scene.room).toBeUndefined()
  })
})

describe('T3 the seats', () => {
  test('R8 a lost sender that is not heard makes room for another', () => {
    const scene = entered()
    scene.lose('a')
    expect(scene.join('b')).toEqual(['b full'])
    scene.hear('t', 'A', false)
    expect(scene.join('b')[0]).toBe('b joined as B with T and offers')
    expect(scene.seats).toBe('T here, B here')
  })

  test('R11 nobody makes room for a sender that would be alone', () => {
    const scene = entered()
    scene.lose('t')
    scene.endGrace('t')
    expect(scene.join('b')).toEqual(['b full'])
    scene.lose('a')
    expect(scene.join('b')).toEqual(['b refused cast-over 1'])
    expect(scene.comeBack('a')).toEqual(['t peer-back A'])
    expect(scene.seats).toBe('T expired, A here')
  })

  test('R8 a sender never gets the seat of a lost receiver', () => {
    const scene = entered()
    scene.lose('t')
    scene.hear('a', 'T', false)
    expect(scene.join('b')).toEqual(['b full'])
  })

  test('R11 nobody comes after the sender that alone heard a lost receiver', () => {
    const scene = entered()
    scene.lose('t')
    scene.endGrace('t')
    expect(scene.join('b')).toEqual(['b full'])
    scene.lose('a')
    expect(scene.join('b')).toEqual(['b refused cast-over 1'])
    expect(scene.seats).toBe('T expired, A away')
  })

  test('R14 a receiver that can say nothing of it does not keep a lost sender', () => {
    const scene = free()
    scene.join('t', { ...TV, dialect: PLAIN })
    scene.join('a')
    scene.lose('a')
    expect(scene.endGrace('a')).toEqual(['a seat-lost', 't peer-left A lost', 'w occupancy  lost'])
  })

  test('a receiver that is in the cast is not seated twice', () => {
    expect(shown().join('t', TV)).toEqual(['t refused already-in-room 1'])
    expect(shown().join('t', { ...TV, tag: 'another' })).toEqual(['t refused already-in-room 1'])
  })

  test('a sender that waits for the receiver keeps its seat, whatever it asks for', () => {
    const scene = left()
    expect(scene.join('a', { tag: 'another' })).toEqual(['a refused already-in-room 1'])
    expect(scene.join('a', { ...TV, tag: 'another' })).toEqual(['a refused already-in-room 1'])
    expect(scene.seats).toBe('A here')
  })
})

describe('T4 signals and putting out', () => {
  test('offers go to the receiver, answers to the sender', () => {
    const scene = entered()
    expect(scene.signal('a', OFFER)).toEqual(['t signal A offer'])
    expect(scene.signal('t', ANSWER)).toEqual(['a signal T answer'])
    expect(scene.signal('a', CANDIDATE)).toEqual(['t signal A candidate'])
  })

  test('before the code was entered nothing is heard', () => {
    const scene = shown()
    expect(scene.signal('a', OFFER)).toEqual(['a refused not-in-room 2'])
  })

  test('no offer waits: the sender makes a new one', () => {
    const scene = left()
    expect(scene.signal('a', OFFER)).toEqual([])
    expect(scene.join('u', TV)[0]).toBe('u joined as U with A')
  })

  test('the receiver puts the sender out', () => {
    const scene = entered()
    expect(scene.dismiss('t')).toEqual([
      't peer-left A left',
      'a dismissed receiver',
      'w occupancy  lost',
    ])
    expect(scene.seats).toBe('T here')
  })

  test('the receiver puts out whom it means, and not the one who came since', () => {
    const scene = entered()
    scene.leave('a')
    scene.join('b')
    expect(scene.dismiss('t', 'A')).toEqual([])
    expect(scene.dismiss('t', 'B')).toContain('b dismissed receiver')
  })

  test('nobody else puts anybody out', () => {
    const scene = entered()
    expect(scene.dismiss('a')).toEqual(['a refused not-allowed 5'])
    expect(scene.dismiss('b')).toEqual(['b refused not-in-room 5'])
  })

  test('alone, the receiver puts nobody out', () => {
    expect(shown().dismiss('t')).toEqual([])
  })

  test('in a room that is no cast nobody is put out', () => {
    const scene = new Scene()
    scene.join('a')
    scene.join('b')
    expect(scene.dismiss('a')).toEqual(['a refused not-allowed 5'])
    expect(scene.codeDue()).toEqual([])
  })
})
