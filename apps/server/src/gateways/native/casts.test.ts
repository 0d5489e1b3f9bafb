import { describe, expect, test } from 'bun:test'
import { GRACE_MS } from '@duet/protocol'
import { Stage, type FakeClient } from './fake-client.ts'

const SECRET = 'the secret of one TV'

function openCast(client: FakeClient, secret = SECRET): string {
  client.request({ type: 'open-cast', tag: `tag ${client.welcome.session}`, secret })
  return String(client.last('joined')['code'])
}

function enter(client: FakeClient, code: string): string {
  client.request({ type: 'join-cast', tag: `tag ${client.welcome.session}`, code, name: 'Ann' })
  const { type, code: error } = client.events.at(-1) ?? { type: 'nothing' }
  return type === 'error' ? (error ?? type) : type
}

const wordOf = (client: FakeClient) => {
  const { type, reason } = client.events.at(-1) ?? { type: 'nothing' }
  return typeof reason === 'string' ? `${type} ${reason}` : type
}

describe('T casts in the native dialect', () => {
  test('T1 T3 the receiver is told its code, whoever enters it meets the receiver', () => {
    const stage = new Stage()
    const [tv, ann] = [stage.greet(), stage.greet()]
    const code = openCast(tv)
    expect(enter(ann, ` ${code.toLowerCase().slice(0, 3)} ${code.slice(3)}`)).toBe('joined')
    expect(ann.last('joined')['code']).toBeUndefined()
    expect(ann.last('joined')['peers']).toMatchObject([{ id: tv.last('joined')['self'] }])
    expect(tv.last('peer-joined')).toMatchObject({ peer: { name: 'Ann' } })
    ann.request({ type: 'description', description: { type: 'offer', sdp: 'v=0' } })
    expect(tv.last('description')['description']).toEqual({ type: 'offer', sdp: 'v=0' })
    tv.request({ type: 'description', description: { type: 'answer', sdp: 'v=0' } })
    expect(ann.last('description')['description']).toEqual({ type: 'answer', sdp: 'v=0' })
  })

  test('T3 wrong, over and taken are told apart', () => {
    const stage = new Stage()
    const [tv, ann, ben] = [stage.greet(), stage.greet(), stage.greet()]
    expect(enter(ann, 'AAAAAA')).toBe('no-such-cast')
    const code = openCast(tv)
    expect([enter(ann, code), enter(ben, code)]).toEqual(['joined', 'full'])
    tv.socket.hangUp()
    expect(wordOf(ann)).toBe('peer-left left')
    expect(enter(ben, code)).toBe('cast-over')
    stage.advance(GRACE_MS + 1_000, ann, ben)
    expect(wordOf(ann)).toBe('dismissed receiver-gone')
    expect(enter(ben, code)).toBe('cast-over')
  })

  test('T1 a name leads into no cast', () => {
    const stage = new Stage()
    const [tv, ann] = [stage.greet(), stage.greet()]
    const code = openCast(tv)
    expect(ann.join(`~tv.${code}`)).toMatchObject({ type: 'error', code: 'not-allowed' })
    expect(tv.types).toEqual(['joined'])
  })

  test('T2 of two pages of one receiver the latest has the code', () => {
    const stage = new Stage()
    const [tv, other] = [stage.greet(), stage.greet()]
    expect(openCast(tv)).toBe(openCast(other))
    expect(wordOf(tv)).toBe('dismissed displaced')
  })

  test('T2 one session has one seat: it leaves it, and nobody is left', () => {
    const stage = new Stage()
    const tv = stage.greet()
    const code = openCast(tv)
    tv.request({ type: 'open-cast', tag: 'another run', secret: SECRET })
    expect(tv.last('error')['code']).toBe('already-in-room')
    tv.socket.hangUp()
    expect(enter(stage.greet(), code)).toBe('cast-over')
  })

  test('T4 the receiver puts the sender out, and keeps its code', () => {
    const stage = new Stage()
    const [tv, ann, ben] = [stage.greet(), stage.greet(), stage.greet()]
    const code = openCast(tv)
    enter(ann, code)
    ann.request({ type: 'dismiss' })
    expect(wordOf(ann)).toBe('error')
    tv.request({ type: 'dismiss' })
    expect([wordOf(tv), wordOf(ann)]).toEqual(['peer-left left', 'dismissed receiver'])
    expect(enter(ben, code)).toBe('joined')
    // Its session goes on: it may enter another code.
    expect(enter(ann, code)).toBe('full')
  })

  test('T4 who came since the receiver said so is not put out', () => {
    const stage = new Stage()
    const [tv, ann, ben] = [stage.greet(), stage.greet(), stage.greet()]
    const code = openCast(tv)
    enter(ann, code)
    tv.socket.cut()
    ann.socket.hangUp()
    expect(enter(ben, code)).toBe('joined')
    tv.resume()
    tv.request({ type: 'dismiss', peer: ann.last('joined')['self'] })
    expect([wordOf(ben), wordOf(tv)]).toEqual(['peer-back', 'peer-joined'])
  })

  test('T5 S4 a lost connection of either keeps its seat for the grace time', () => {
    const stage = new Stage()
    const [tv, ann] = [stage.greet(), stage.greet()]
    const code = openCast(tv)
    enter(ann, code)
    tv.socket.cut()
    expect(wordOf(ann)).toBe('peer-away')
    tv.resume()
    expect(wordOf(ann)).toBe('peer-back')
    ann.socket.cut()
    expect(wordOf(tv)).toBe('peer-away')
    stage.advance(GRACE_MS + 1_000, tv)
    // It is still heard, as nobody said otherwise.
    expect(wordOf(tv)).toBe('peer-away')
    tv.request({ type: 'hearing', peer: ann.last('joined')['self'], hears: false })
    expect(wordOf(tv)).toBe('peer-left lost')
  })

  test('T3 in a room nobody enters a cast, and the other way round', () => {
    const stage = new Stage()
    const [tv, ann] = [stage.greet(), stage.greet()]
    const code = openCast(tv)
    ann.join('lake')
    expect(enter(ann, code)).toBe('already-in-room')
    expect(tv.join('lake')).toMatchObject({ type: 'error', code: 'already-in-room' })
    ann.request({ type: 'leave' })
    expect(enter(ann, code)).toBe('joined')
  })

  test('T6 wrong codes are counted by address, whatever session they come in', () => {
    const stage = new Stage()
    const code = openCast(stage.greet('198.51.100.7'))
    const answers = Array.from({ length: 12 }, () => enter(stage.greet(), 'AAAAAA'))
    expect(answers.slice(9)).toEqual(['no-such-cast', 'rate-limited', 'rate-limited'])
    expect(enter(stage.greet(), code)).toBe('rate-limited')
    expect(enter(stage.greet('203.0.113.9'), code)).toBe('joined')
  })

  test('T4 fifty pairs at once hear nothing of each other', () => {
    const stage = new Stage()
    const pairs = Array.from({ length: 50 }, (_, pair) => {
      const [tv, sender] = [stage.greet(), stage.greet()]
      const code = openCast(tv, `the secret of TV ${pair}`)
      return { tv, sender, code, sdp: `v=0 ${pair}` }
    })
    expect(new Set(pairs.map(({ code }) => code)).size).toBe(50)
    for (const { sender, code } of pairs) expect(enter(sender, code)).toBe('joined')
    for (const { sender, sdp } of pairs) {
      sender.request({ type: 'description', description: { type: 'offer', sdp } })
    }
    for (const { tv, sdp } of pairs) {
      expect(tv.events.filter(({ type }) => type === 'description')).toMatchObject([
        { description: { sdp } },
      ])
    }
    for (const { sender, tv } of pairs) {
      sender.socket.hangUp()
      expect(wordOf(tv)).toBe('peer-left left')
    }
    expect(stage.hub.roomCount).toBe(50)
  })
})
