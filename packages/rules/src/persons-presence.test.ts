import { describe, expect, test } from 'bun:test'
import { callOfLegRoom, legRoomName, type RunningCall } from './person.ts'
import { othersConcerned } from './persons.ts'
import { ANN, BEN, CID, PersonsScene } from './persons-scene.ts'

describe('U3 devices', () => {
  test('U3 offline -> attend -> online', () => {
    const scene = new PersonsScene()
    expect(scene.attend('a1')).toEqual(['ann is online'])
    expect(scene.presence).toBe('ann online, ben offline')
  })

  test('U3 online -> a second device -> online, and nobody is told', () => {
    const scene = new PersonsScene()
    scene.attend('a1')
    expect(scene.attend('a2')).toEqual([])
    expect(scene.go('a1')).toEqual([])
    expect(scene.presence).toBe('ann online, ben offline')
  })

  test('U3 online -> the last device goes -> offline, and forgotten', () => {
    const scene = new PersonsScene()
    scene.attend('a1')
    expect(scene.go('a1')).toEqual(['ann is offline'])
    expect(scene.persons.size).toBe(0)
    expect(scene.go('a1')).toEqual([])
  })

  test('U2 the same device attends again -> one device', () => {
    const scene = new PersonsScene()
    scene.attend('a1')
    expect(scene.attend('a1')).toEqual([])
    expect(scene.go('a1')).toEqual(['ann is offline'])
  })
})

describe('U3 lost connections', () => {
  test('U3 online -> connection-lost -> online until the device is given up', () => {
    const scene = new PersonsScene()
    scene.attend('a1')
    expect(scene.lose('a1')).toEqual([])
    expect(scene.presence).toBe('ann online, ben offline')
    expect(scene.go('a1', true)).toEqual(['ann is offline'])
  })

  test('U3 away -> connection-back -> here', () => {
    const scene = new PersonsScene()
    scene.attend('a1')
    scene.lose('a1')
    expect(scene.comeBack('a1')).toEqual([])
    expect(scene.persons.get(ANN)?.devices[0]?.isAway).toBe(false)
  })

  test('U3 a connection of nobody changes nothing', () => {
    const scene = new PersonsScene()
    expect(scene.lose('a1')).toEqual([])
    expect(scene.comeBack('a1')).toEqual([])
    expect(scene.persons.size).toBe(0)
  })
})

describe('U3 what others see', () => {
  test('U3 a caller is in a call at once, who is rung when it accepts', () => {
    const scene = new PersonsScene()
    scene.attend('a1')
    scene.attend('b1')
    expect(scene.place('a1', BEN).at(-1)).toBe('ann is in-call')
    expect(scene.presence).toBe('ann in-call, ben online')
    expect(scene.accept('b1').at(-1)).toBe('ben is in-call')
    expect(scene.end('b1').slice(-2)).toEqual(['ann is online', 'ben is online'])
  })

  test('U3 without a device one is offline, whatever call goes on', () => {
    const scene = new PersonsScene()
    scene.attend('a1')
    scene.attend('b1')
    scene.place('a1', BEN)
    scene.accept('b1')
    scene.seats(0, [ANN, BEN])
    expect(scene.go('b1', true)).toEqual(['ben is offline'])
    expect(scene.callOf(BEN)).toBe('talking a1 b1 leg 0 seated ann ben')
  })
})

describe('U3 do not disturb', () => {
  test('U3 online -> do-not-disturb -> said, on all devices', () => {
    const scene = new PersonsScene()
    scene.attend('a1')
    scene.attend('a2')
    expect(scene.play({ type: 'do-not-disturb', user: ANN, isOn: true })).toEqual([
      'ann is do-not-disturb',
    ])
    expect(scene.play({ type: 'do-not-disturb', user: ANN, isOn: false })).toEqual([
      'ann is online',
    ])
  })

  test('U3 the wish comes with the device; offline is offline', () => {
    const scene = new PersonsScene()
    expect(scene.attend('a1', { doNotDisturb: true })).toEqual(['ann is do-not-disturb'])
    expect(scene.go('a1')).toEqual(['ann is offline'])
    expect(scene.play({ type: 'do-not-disturb', user: ANN, isOn: true })).toEqual([])
  })

  test('U3 in a call is in a call', () => {
    const scene = new PersonsScene()
    scene.attend('a1')
    scene.attend('b1')
    scene.place('a1', BEN)
    expect(scene.play({ type: 'do-not-disturb', user: ANN, isOn: true })).toEqual([])
    expect(scene.end('a1').slice(-1)).toEqual(['ann is do-not-disturb'])
  })

  test('U3 what rings already goes on', () => {
    const scene = new PersonsScene()
    scene.attend('a1')
    scene.attend('b1')
    scene.place('a1', BEN)
    scene.play({ type: 'do-not-disturb', user: BEN, isOn: true })
    expect(scene.accept('b1')).toContain('a1 call-accepted K leg 0')
  })
})

test('K8 a leg has a room of its own, and no other name is one', () => {
  const call = '0123456789abcdef0123456789abcdef'
  expect(legRoomName(call, 2)).toBe(`~${call}.2`)
  expect(callOfLegRoom(`~${call}.2`)).toEqual({ call, leg: 2 })
  for (const name of ['lake', `~${call}`, `${call}.2`, `~${call}.2.1`, `~${call}.x`, `~1.2`]) {
    expect(callOfLegRoom(name)).toBeUndefined()
  }
})

test('a step brings the one who is called, and the other one of the call', () => {
  const info = { id: 'K', caller: ANN, callee: BEN, media: 'audio' as const, startedAt: 1 }
  const stage = { name: 'ringing' as const, devices: [], nextLeg: 0 }
  const call: RunningCall = { ...info, callerDevice: 'a1', stage }
  const ann = { user: ANN, doNotDisturb: false, devices: [], call }
  const event = {
    type: 'place' as const,
    user: ANN,
    address: 'a1',
    media: 'audio' as const,
    call: 'L',
    canWake: false,
    at: 1,
    ref: 1,
  }
  expect(othersConcerned(ann, { ...event, to: CID })).toEqual([CID, BEN])
  expect(othersConcerned(ann, { ...event, to: BEN })).toEqual([BEN])
  expect(othersConcerned(undefined, { ...event, to: ANN })).toEqual([])
  expect(othersConcerned(undefined, { type: 'restore', user: ANN, call: info, leg: 0 })).toEqual([
    BEN,
  ])
  expect(othersConcerned(ann, { type: 'ring-timeout', user: ANN, call: 'K', at: 1 })).toEqual([BEN])
})
