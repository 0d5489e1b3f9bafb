import { afterEach, expect, test } from 'bun:test'
import { Stage } from './fake-client.ts'
import type { MediaGrants, MediaRequest } from './media-grants.ts'

/** Says who may do what instead of signing it. */
class FakeGrants implements MediaGrants {
  readonly asked: MediaRequest[] = []
  isOpen = true

  grant(request: MediaRequest) {
    this.asked.push(request)
    const { room, publishes, plays } = request
    if (!this.isOpen) return undefined
    return {
      publish: { url: `/whip/${room}/${publishes}`, token: `publish ${publishes}` },
      play: { url: `/whep/${room}/${plays}`, token: `play ${plays}` },
    }
  }
}

let stage: Stage
afterEach(() => stage.gateway.close())

function openWith(media: MediaGrants | undefined) {
  stage = new Stage(media && { media })
  const [ann, ben] = [stage.greet(), stage.greet()]
  ann.join()
  ben.join()
  const idOf = (client: typeof ann) => String(client.last('joined')['self'])
  return { ann, ben, annId: idOf(ann), benId: idOf(ben) }
}

test('V1 a member is told where it publishes, and where it plays the other one', () => {
  const grants = new FakeGrants()
  const { ann, ben, annId, benId } = openWith(grants)
  const before = ben.events.length
  ann.request({ type: 'request-media', peer: benId })
  expect(ann.last('media-granted')).toMatchObject({
    replyTo: ann.seq,
    publish: { url: `/whip/lake/${annId}`, token: `publish ${annId}` },
    play: { url: `/whep/lake/${benId}`, token: `play ${benId}` },
  })
  expect(grants.asked).toEqual([
    { room: 'lake', member: annId, publishes: annId, plays: benId, isOpen: false },
  ])
  expect(ben.events).toHaveLength(before)
})

test('V1 who is no member, or names none, gets nothing', () => {
  const grants = new FakeGrants()
  const { ann, benId } = openWith(grants)
  ann.request({ type: 'request-media', peer: 'somebody' })
  expect(ann.last('error')).toMatchObject({ code: 'no-such-peer', replyTo: ann.seq })
  const cleo = stage.greet()
  cleo.request({ type: 'request-media', peer: benId })
  expect(cleo.last('error')).toMatchObject({ code: 'not-in-room', replyTo: cleo.seq })
  cleo.join('lake', { wait: true })
  cleo.request({ type: 'request-media', peer: benId })
  expect(cleo.last('error')).toMatchObject({ code: 'not-in-room', replyTo: cleo.seq })
  expect(grants.asked).toEqual([])
})

test('V2 welcome says whether calls can go through the server', () => {
  const { ann } = openWith(new FakeGrants())
  expect(ann.welcome.media).toBe(true)
})

test('V2 without a media server, or while it takes nobody, the answer is media-off', () => {
  const grants = new FakeGrants()
  grants.isOpen = false
  const open = openWith(grants)
  open.ann.request({ type: 'request-media', peer: open.benId })
  expect(open.ann.last('error')).toMatchObject({ code: 'media-off', replyTo: open.ann.seq })
  void stage.gateway.close()

  const { ann, benId } = openWith(undefined)
  expect(ann.welcome).not.toHaveProperty('media')
  ann.request({ type: 'request-media', peer: benId })
  expect(ann.last('error')).toMatchObject({ code: 'media-off', replyTo: ann.seq })
})
