import { beforeEach, expect, test } from 'bun:test'
import type { Description } from '@duet/protocol'
import { until } from './call-stage.ts'
import { NO_CAPTURE, type CaptureInfo } from './captures/capture-info.ts'
import { FakePeerConnection } from './fake-peer-connection.ts'
import { mediaPartsWith } from './media-path/media-path-stage.ts'
import { ANN, BOB, CALL, callOf, usePhoneStage, type PhoneStage } from './phone-stage.ts'

const stages = usePhoneStage(() => Promise.resolve(mediaPartsWith([])))
let stage: PhoneStage
beforeEach(() => {
  stage = stages.current
})

const peer = { id: 'b1', name: '', tag: 'run-b', user: BOB }

/** Bob rings, the leg connects meanwhile, and Ann takes the call. */
async function talk() {
  const call = await stage.ring(0)
  const infos: CaptureInfo[] = []
  call.on('capture', (info) => infos.push(info))
  const room = stage.room(0)
  await until('join', () => room.all('join').length > 0)
  room.say({ type: 'joined', room: `~${CALL}.0`, self: 'a1', peers: [] })
  const offer = await until('offer', () => room.all('description')[0])
  room.say({ type: 'peer-joined', peer })
  const bob = FakePeerConnection.ofPeer()
  await bob.setRemoteDescription(offer.description)
  await bob.setLocalDescription()
  const description = bob.localDescription as Description
  room.say({ type: 'description', description, from: peer.id })
  const [ann] = FakePeerConnection.all
  await until('answer', () => ann?.remoteDescription)
  ann?.connect()
  ann?.channel.hear({ type: 'media-path', turn: 0, via: 'direct', plays: 'direct', why: 'pressed' })
  // Nothing can be agreed on before somebody took the call.
  expect([call.capture, infos]).toEqual([NO_CAPTURE, []])
  call.setConsent('record', true)
  call.accept()
  stage.server.say({ type: 'call-accepted', call: callOf(BOB, ANN), leg: 0 })
  return { call, room, infos }
}

test('B2 K8 what is offered is told when the call is taken', async () => {
  const { call, infos, room } = await talk()
  expect(infos).toEqual([{ ...NO_CAPTURE, offered: ['record', 'live'] }])
  expect(call.capture).toEqual(infos[0] as CaptureInfo)
  expect(room.all('consent')).toEqual([])
})

test('B1 B3 B5 what is asked for goes to the room of the leg, and its answer comes back', async () => {
  const { call, room, infos } = await talk()
  call.setConsent('record', true)
  call.startCapture('record')
  call.stopCapture('record')
  await until('requests', () => room.all('capture').length === 2)
  expect(room.all('consent')).toEqual([
    { type: 'consent', peer: 'b1', purpose: 'record', isGiven: true },
  ])
  expect(room.all('capture').map(({ isOn }) => isOn)).toEqual([true, false])
  const active = [{ id: 'r1', purpose: 'record' as const, by: 'b1' }]
  room.say({ type: 'captures', consents: [{ member: 'b1', purposes: ['record'] }], active })
  expect(infos.at(-1)).toMatchObject({ peerConsents: ['record'], active: [{ by: 'peer' }] })
  call.end()
  expect(call.capture).toEqual(NO_CAPTURE)
})
