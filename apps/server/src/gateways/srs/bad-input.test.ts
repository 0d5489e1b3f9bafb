import { describe, expect, test } from 'bun:test'
import { MAX_BAD_FRAMES } from './limits.ts'
import { Stage, type Page } from './stage.ts'

const ANN = { room: 'lake', display: 'ann' }

function pair(stage: Stage): [Page, Page] {
  return stage.joinAll('ann', 'ben') as [Page, Page]
}

describe('SG12 what can’t be carried out', () => {
  test('SG12 an error carries the tid and no participants, and the connection lives', () => {
    const [ann, ben] = pair(new Stage())
    ann.ask('dance')
    expect(JSON.stringify(ann.frames)).toBe(
      '[{"tid":"2","msg":{"action":"error","code":"unknown-action",' +
        '"message":"there is no such action","participants":[]}}]',
    )
    ann.socket.say('{"msg":7}')
    ann.ask('publish', ANN)
    expect(ann.heard).toEqual(['error 2 unknown-action', 'error  bad-field', 'done 3'])
    expect(ben.heard).toEqual(['publish of ann: ann*, ben'])
  })

  test('SG12 frames without JSON are ignored, and the third one closes with 4400', () => {
    const [ann, ben] = pair(new Stage())
    for (let count = 1; count < MAX_BAD_FRAMES; count++) ann.socket.say('nonsense')
    ann.ask('publish', ANN)
    expect(ann.heard).toEqual(['done 2'])
    ann.socket.say(new Uint8Array([1, 2]))
    expect(ann.socket.closed).toEqual({ code: 4400, by: 'server' })
    expect(ben.heard).toEqual(['publish of ann: ann*, ben', 'leave of ann: ben'])
  })

  test('SG12 frames that arrive after the close are not heard', () => {
    const stage = new Stage()
    const [ann, ben] = pair(stage)
    ann.socket.hangUp()
    ann.socket.sayLate({ tid: '1', msg: { action: 'join', ...ANN } })
    expect(ben.heard).toEqual(['leave of ann: ben'])
    expect(stage.gateway.load.displays).toBe(1)
  })

  test('SG12 displays that are no words are told as they are', () => {
    const display = '\u0000"\ud800__proto__\u202e'
    const stage = new Stage()
    const other = stage.join('ann')
    const page = stage.join(display)
    page.ask('publish', { room: 'lake', display })
    expect(other.frames[1]?.msg?.['peer']).toEqual({ display, publishing: true })
  })
})

describe('SG15 limits', () => {
  test('SG15 what is over the rate is refused; who goes on is closed with 1008', () => {
    const limits = { messageRate: { perSecond: 10, burst: 20 }, maxRateRefusals: 30 }
    const stage = new Stage({ limits })
    const [ann, ben] = pair(stage)
    for (let count = 0; count < 20; count++) ann.ask('control', { ...ANN, call: 'x' })
    expect(ann.heard.at(-1)).toBe('error 21 rate-limited')
    expect(ben.frames.length).toBe(19)
    stage.clock.advance(1_000)
    ann.ask('publish', ANN)
    expect(ann.heard.at(-1)).toBe('done 22')
    for (let count = 0; count < 41; count++) ann.ask('control', { ...ANN, call: 'x' })
    expect(ann.socket.closed).toEqual({ code: 1008, by: 'server' })
    expect(ben.heard.at(-1)).toBe('leave of ann: ben')
  })

  test('SG15 much text counts as many messages do', () => {
    const limits = { lengthRate: { perSecond: 1_000, burst: 10_000 } }
    const [ann, ben] = pair(new Stage({ limits }))
    for (let count = 0; count < 2; count++) ann.ask('control', { ...ANN, data: 'x'.repeat(8_000) })
    expect(ann.heard).toEqual(['done 2', 'error 3 rate-limited'])
    expect(ben.frames.length).toBe(1)
  })

  test('SG15 in a large room less can be said, for all of them are told', () => {
    const limits = { lengthRate: { perSecond: 1_000, burst: 10_000 } }
    const stage = new Stage({ limits })
    const pages = Array.from({ length: 30 }, (_, index) => stage.join(`p${index}`))
    for (const page of pages) page.forget()
    pages[0]?.ask('control', { room: 'lake', display: 'p0', call: 'refresh' })
    expect(pages[0]?.heard).toEqual(['error 2 rate-limited'])
    expect(pages[1]?.heard).toEqual([])
  })

  test('SG15 who does not read is cut off, and the others go on', () => {
    const stage = new Stage({ limits: { maxBacklogBytes: 10_000 } })
    const [ann, ben] = pair(stage)
    ben.socket.stopReading()
    for (let count = 0; count < 20; count++) ann.ask('control', { ...ANN, data: 'x'.repeat(1_000) })
    expect(ben.socket.closed).toEqual({ code: 1006, by: 'server' })
    expect(ann.heard).toContain('leave of ben: ann')
    expect(ann.socket.closed).toBeUndefined()
  })

  test('SG15 connections of one address, and of all, are bounded', () => {
    const stage = new Stage({ limits: { maxConnections: 15, maxConnectionsPerAddress: 10 } })
    const pages = Array.from({ length: 10 }, () => stage.connect())
    expect(stage.tryConnect()).toMatchObject({ status: 429 })
    for (let count = 0; count < 5; count++) stage.connect('192.0.2.2')
    expect(stage.tryConnect('192.0.2.3')).toMatchObject({ status: 429 })
    pages[0]?.socket.cut()
    expect(stage.connect().socket.closed).toBeUndefined()
    expect(stage.gateway.load).toEqual({ connections: 15, addresses: 2, displays: 0 })
  })
})
