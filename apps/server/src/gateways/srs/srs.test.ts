import { describe, expect, test } from 'bun:test'
import { MAX_PARTICIPANTS } from './limits.ts'
import { Stage, type Page } from './stage.ts'

const ANN = { room: 'lake', display: 'ann' }
const BEN = { room: 'lake', display: 'ben' }

/** The text of the last frame as it went over the wire. */
function wire(page: Page): string {
  return JSON.stringify(page.frames.at(-1))
}

describe('SG2 SG3 join', () => {
  test('SG2 SG3 is answered with everybody in the order in which they came', () => {
    const stage = new Stage()
    const ann = stage.connect()
    ann.ask('join', ANN)
    expect(wire(ann)).toBe(
      '{"tid":"1","msg":{"action":"join","room":"lake","self":{"display":"ann","publishing":false},' +
        '"participants":[{"display":"ann","publishing":false}]}}',
    )
    ann.ask('publish', ANN)
    const ben = stage.connect()
    ben.ask('join', BEN)
    expect(wire(ben)).toBe(
      '{"tid":"1","msg":{"action":"join","room":"lake","self":{"display":"ben","publishing":false},' +
        '"participants":[{"display":"ann","publishing":true},{"display":"ben","publishing":false}]}}',
    )
  })

  test('SG4 every other participant hears of it', () => {
    const [ann, ben] = new Stage().joinAll('ann', 'ben')
    expect([ann?.heard, ben?.heard]).toEqual([[], []])
    const stage = new Stage()
    const [cleo, dan] = stage.joinAll('cleo', 'dan')
    stage.join('eve')
    expect(wire(cleo!)).toBe(
      '{"msg":{"action":"notify","event":"join","room":"lake",' +
        '"self":{"display":"cleo","publishing":false},"peer":{"display":"eve","publishing":false},' +
        '"participants":[{"display":"cleo","publishing":false},' +
        '{"display":"dan","publishing":false},{"display":"eve","publishing":false}]}}',
    )
    expect(dan?.frames).toMatchObject([{ msg: { event: 'join', self: { display: 'dan' } } }])
  })

  test('SG3 a connection is in one room at a time', () => {
    const stage = new Stage()
    const ann = stage.join('ann')
    ann.ask('join', ANN)
    ann.ask('join', { room: 'sea', display: 'ann' })
    expect(ann.heard).toEqual(['error 2 already-in-room', 'error 3 already-in-room'])
    expect(stage.hub.roomCount).toBe(1)
  })

  test('SG3 rooms do not leak into each other', () => {
    const stage = new Stage()
    const [ann, sam] = [stage.join('ann'), stage.join('ann', 'sea')]
    ann.ask('publish', ANN)
    ann.ask('control', { ...ANN, call: 'alert', data: 'x' })
    ann.socket.hangUp()
    expect(sam.heard).toEqual([])
  })

  test('SG3 spellings of one room are one room, and each hears its own', () => {
    const stage = new Stage()
    const ann = stage.join('ann', 'Lake')
    stage.join('ben', ' lake ')
    expect(ann.frames).toMatchObject([{ msg: { room: 'Lake', peer: { display: 'ben' } } }])
    ann.ask('publish', { room: 'LAKE', display: 'ann' })
    expect(ann.heard.at(-1)).toBe('done 2')
  })
})

describe('SG5 publish', () => {
  test('SG5 is answered with null, and others hear that it can be played', () => {
    const [ann, ben] = new Stage().joinAll('ann', 'ben')
    ann!.ask('publish', ANN)
    expect(wire(ann!)).toBe('{"tid":"2","msg":null}')
    expect(wire(ben!)).toBe(
      '{"msg":{"action":"notify","event":"publish","room":"lake",' +
        '"self":{"display":"ben","publishing":false},"peer":{"display":"ann","publishing":true},' +
        '"participants":[{"display":"ann","publishing":true},{"display":"ben","publishing":false}]}}',
    )
  })

  test('SG5 again is told again', () => {
    const [ann, ben] = new Stage().joinAll('ann', 'ben')
    ann!.ask('publish', ANN)
    ann!.ask('publish', ANN)
    expect(ann!.heard).toEqual(['done 2', 'done 3'])
    expect(ben!.heard).toEqual(['publish of ann: ann*, ben', 'publish of ann: ann*, ben'])
  })
})

describe('SG6 control', () => {
  test('SG6 reaches the others with call as param', () => {
    const [ann, ben] = new Stage().joinAll('ann', 'ben')
    ann!.ask('control', { ...ANN, call: 'alert', data: 'hello 你好' })
    expect(wire(ann!)).toBe('{"tid":"2","msg":null}')
    expect(wire(ben!)).toBe(
      '{"msg":{"action":"notify","event":"control","param":"alert","data":"hello 你好",' +
        '"room":"lake","self":{"display":"ben","publishing":false},' +
        '"peer":{"display":"ann","publishing":false},' +
        '"participants":[{"display":"ann","publishing":false},{"display":"ben","publishing":false}]}}',
    )
  })

  test.each([
    [{ call: 'refresh' }, ['param']],
    [{ call: 'refresh', data: '' }, ['param']],
    [{ data: 'x' }, ['data']],
    [{ call: null, data: null }, []],
    [{}, []],
  ])('SG6 %j: param and data are absent when empty', (fields, present) => {
    const [ann, ben] = new Stage().joinAll('ann', 'ben')
    ann!.ask('control', { ...ANN, ...fields })
    const names = Object.keys(ben!.frames[0]?.msg ?? {})
    expect(names).toEqual(['action', 'event', ...present, 'room', 'self', 'peer', 'participants'])
  })

  test('SG6 a hundred arrive in the order in which they were said', () => {
    const [ann, ben] = new Stage().joinAll('ann', 'ben')
    for (let count = 0; count < 100; count++) {
      ann!.ask('control', { ...ANN, call: 'alert', data: `${count}` })
    }
    expect(ben!.frames.map(({ msg }) => msg?.['data'])).toEqual(
      Array.from({ length: 100 }, (_, count) => `${count}`),
    )
  })
})

describe('SG7 leaving', () => {
  test.each<[string, (page: Page) => void]>([
    ['says leave', (page) => page.ask('leave', BEN)],
    ['says leave and nothing more', (page) => page.ask('leave')],
    ['closes', (page) => page.socket.hangUp()],
    ['is cut', (page) => page.socket.cut()],
  ])('SG7 one that %s is told once, and is not among the participants', (_, end) => {
    const stage = new Stage()
    const [ann, ben] = stage.joinAll('ann', 'ben')
    end(ben!)
    ben!.socket.hangUp()
    expect(JSON.stringify(ann!.frames)).toBe(
      '[{"msg":{"action":"notify","event":"leave","room":"lake",' +
        '"self":{"display":"ann","publishing":false},"peer":{"display":"ben","publishing":false},' +
        '"participants":[{"display":"ann","publishing":false}]}}]',
    )
    ann!.socket.hangUp()
    expect(stage.hub.roomCount).toBe(0)
    expect(stage.gateway.load).toEqual({ connections: 0, addresses: 0, displays: 0 })
  })

  test('SG7 leave is answered every time, and another room may be joined then', () => {
    const ann = new Stage().join('ann')
    ann.ask('leave')
    ann.ask('leave')
    ann.ask('publish', ANN)
    ann.ask('join', { room: 'sea', display: 'ann' })
    expect(ann.heard).toEqual(['done 2', 'done 3', 'error 4 not-in-room', 'join 5: ann'])
  })

  test.each([
    [[], true],
    [['ann'], true],
    [['cleo'], true],
    [['ann', 'ben'], false],
    [['ann', 'ben', 'cleo'], true],
  ])('SG8 cleo leaves while %j have published: told %p', (publishers, isTold) => {
    const [ann, ben, cleo] = new Stage().joinAll('ann', 'ben', 'cleo')
    for (const page of [ann, ben, cleo]) {
      const display = [ann, ben, cleo].indexOf(page)
      const name = ['ann', 'ben', 'cleo'][display] ?? ''
      if (publishers.includes(name)) page?.ask('publish', { room: 'lake', display: name })
    }
    ann?.forget()
    cleo?.socket.hangUp()
    expect(ann?.heard.length).toBe(isTold ? 1 : 0)
    ann?.forget()
    ben?.ask('control', { ...BEN, call: 'refresh' })
    // Whether told or not, it is gone.
    expect(ann?.frames[0]?.msg?.participants.map(({ display }) => display)).toEqual(['ann', 'ben'])
  })
})

describe('SG9 displays', () => {
  test('SG9 a live one keeps its display', () => {
    const stage = new Stage()
    const ann = stage.join('ann')
    const other = stage.connect()
    other.ask('join', ANN)
    expect([ann.socket.pings, other.frames]).toEqual([1, []])
    ann.socket.pong()
    expect(wire(other)).toBe(
      '{"tid":"1","msg":{"action":"error","code":"display-taken",' +
        '"message":"somebody in the room has this display","participants":[]}}',
    )
    stage.clock.advance(5_000)
    expect([ann.socket.closed, other.socket.closed]).toEqual([undefined, undefined])
    other.ask('join', BEN)
    expect(other.heard.at(-1)).toBe('join 2: ann, ben')
  })

  test('SG9 any frame is a sign of life', () => {
    const stage = new Stage()
    const ann = stage.join('ann')
    const other = stage.connect()
    other.ask('join', ANN)
    stage.clock.advance(1_999)
    ann.ask('publish', ANN)
    expect(other.heard).toEqual(['error 1 display-taken'])
  })

  test('SG9 one that is silent for 2 s is replaced, and the others are told', () => {
    const stage = new Stage()
    const [ann, ben] = stage.joinAll('ann', 'ben')
    ann!.ask('publish', ANN)
    ben!.forget()
    const again = stage.connect()
    again.ask('join', ANN)
    stage.clock.advance(1_999)
    expect([again.frames, ben!.frames]).toEqual([[], []])
    stage.clock.advance(1)
    expect(ann!.socket.closed).toEqual({ code: 1006, by: 'server' })
    expect(again.heard).toEqual(['join 1: ben, ann'])
    expect(ben!.heard).toEqual(['leave of ann: ben', 'join of ann: ben, ann'])
    expect(stage.gateway.load).toEqual({ connections: 2, addresses: 1, displays: 2 })
  })

  test('SG9 one that closes meanwhile is replaced at once', () => {
    const stage = new Stage()
    const ann = stage.join('ann')
    const again = stage.connect()
    again.ask('join', ANN)
    ann.socket.hangUp()
    expect(again.heard).toEqual(['join 1: ann'])
    expect(stage.clock.pending).toBe(1)
  })

  test('SG9 of several that ask for it one gets it', () => {
    const stage = new Stage()
    stage.join('ann')
    const others = [stage.connect(), stage.connect(), stage.connect()]
    for (const other of others) other.ask('join', ANN)
    stage.clock.advance(2_000)
    expect(others.map(({ heard }) => heard)).toEqual([
      ['join 1: ann'],
      ['error 1 display-taken'],
      ['error 1 display-taken'],
    ])
  })

  test('SG9 one that gives up waiting leaves nothing behind', () => {
    const stage = new Stage()
    const ann = stage.join('ann')
    const other = stage.connect()
    other.ask('join', ANN)
    other.socket.hangUp()
    stage.clock.advance(2_000)
    expect(ann.socket.closed?.by).toBe('server')
    expect(stage.hub.roomCount).toBe(0)
    expect(stage.gateway.load).toEqual({ connections: 0, addresses: 0, displays: 0 })
  })

  test('SG9 what is said while that is decided waits, in order, up to a bound', () => {
    const stage = new Stage()
    const [, ben] = stage.joinAll('ann', 'ben')
    const again = stage.connect()
    again.ask('join', ANN)
    again.ask('publish', ANN)
    for (let count = 0; count < 16; count++) again.ask('control', { ...ANN, call: `${count}` })
    expect(again.heard).toEqual(['error 18 rate-limited'])
    stage.clock.advance(2_000)
    expect(again.heard.slice(1, 4)).toEqual(['join 1: ben, ann', 'done 2', 'done 3'])
    expect(ben?.heard.slice(1, 3)).toEqual(['join of ann: ben, ann', 'publish of ann: ben, ann*'])
    expect(ben?.frames.at(-1)?.msg?.['param']).toBe('14')
  })

  test.each([
    ['another display', { room: 'lake', display: 'ben' }],
    ['another room', { room: 'sea', display: 'ann' }],
  ])('SG10 nobody acts for %s', (_, who) => {
    const stage = new Stage()
    const [ann, ben] = stage.joinAll('ann', 'ben')
    stage.join('ann', 'sea')
    ann!.ask('publish', who)
    ann!.ask('control', { ...who, call: 'refresh' })
    expect(ann!.heard).toEqual(['error 2 not-in-room', 'error 3 not-in-room'])
    expect(ben!.heard).toEqual([])
  })

  test('SG10 nobody publishes before it has joined', () => {
    const stage = new Stage()
    const ann = stage.connect()
    ann.ask('publish', ANN)
    ann.ask('control', { ...ANN, call: 'refresh' })
    expect(ann.heard).toEqual(['error 1 not-in-room', 'error 2 not-in-room'])
    expect(stage.hub.roomCount).toBe(0)
  })
})

describe('SG11 the size of a room', () => {
  test('SG11 no cap is the default, up to a bound', () => {
    const stage = new Stage()
    const pages = Array.from({ length: MAX_PARTICIPANTS }, (_, index) => stage.join(`p${index}`))
    const late = stage.connect()
    late.ask('join', ANN)
    expect(late.frames[0]?.msg?.participants.length).toBe(MAX_PARTICIPANTS + 1)
    expect(pages[0]?.frames.length).toBe(MAX_PARTICIPANTS - 1)
  })

  test('SG11 over a cap one is answered with all and itself, and nobody else hears of it', () => {
    const stage = new Stage({ capacity: 2 })
    const [ann, ben] = stage.joinAll('ann', 'ben')
    ann!.ask('publish', ANN)
    for (const page of [ann, ben]) page?.forget()
    const cleo = stage.connect()
    cleo.ask('join', { room: 'lake', display: 'cleo' })
    cleo.ask('publish', { room: 'lake', display: 'cleo' })
    expect(cleo.frames[0]?.msg?.['self']).toEqual({ display: 'cleo', publishing: false })
    expect(cleo.heard).toEqual(['join 1: ann*, ben, cleo', 'error 2 not-in-room'])
    cleo.socket.hangUp()
    expect([ann!.heard, ben!.heard]).toEqual([[], []])
    ben!.socket.hangUp()
    const dan = stage.connect()
    dan.ask('join', { room: 'lake', display: 'dan' })
    expect(dan.heard).toEqual(['join 1: ann*, dan'])
  })

  test('SG11 of twenty who come at once exactly two get in', () => {
    const stage = new Stage({ capacity: 2 })
    const pages = Array.from({ length: 20 }, () => stage.connect())
    pages.forEach((page, index) => page.ask('join', { room: 'lake', display: `p${index}` }))
    const sizes = pages.map(({ frames }) => frames[0]?.msg?.participants.length)
    expect(sizes).toEqual([1, 2, ...Array.from({ length: 18 }, () => 3)])
  })
})

describe('SG13 signs of life', () => {
  test('SG13 a dead client is gone in 10 s, and the others are told', () => {
    const stage = new Stage()
    const [ann, ben] = stage.joinAll('ann', 'ben')
    for (let second = 0; second < 10; second++) {
      ann!.socket.pong()
      stage.clock.advance(1_000)
    }
    expect(ben!.socket.closed).toEqual({ code: 1006, by: 'server' })
    expect(ann!.heard).toEqual(['leave of ben: ann'])
    expect(ann!.socket.pings).toBe(0)
  })
})

describe('SG14 going away', () => {
  test('SG14 sockets are closed with 1001, nobody is told leave, no timer is left', async () => {
    const stage = new Stage()
    const pages = stage.joinAll('ann', 'ben')
    stage.connect().ask('join', ANN)
    await stage.gateway.close()
    await stage.gateway.close()
    for (const page of pages) {
      expect(page.socket.closed).toEqual({ code: 1001, by: 'server' })
      expect(page.heard).toEqual([])
    }
    expect(stage.clock.pending).toBe(0)
    expect(stage.gateway.load).toEqual({ connections: 0, addresses: 0, displays: 0 })
    expect(stage.tryConnect()).toMatchObject({ status: 503 })
  })
})
