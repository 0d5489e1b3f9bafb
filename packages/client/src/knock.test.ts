import { beforeEach, describe, expect, test } from 'bun:test'
import { ROOM, until, useStage, type Stage } from './call-stage.ts'

const stages = useStage()
let stage: Stage
beforeEach(() => {
  stage = stages.current
})

const guest = { id: 'g1', name: 'Gus', tag: 'run-g' }

describe('W3 W4 a room with a waiting room', () => {
  test('W4 joining -> knocking -> let in -> waiting, with an offer', async () => {
    await stage.join()
    stage.server.say({ type: 'knocking', room: ROOM })
    expect(stage.call.state).toEqual({ name: 'knocking' })
    stage.server.say({ type: 'joined', room: ROOM, self: 'a1', peers: [] })
    await stage.description(0)
    expect(stage.call.state).toEqual({ name: 'waiting' })
  })

  test('W4 knocking -> not let in -> failed, and it may knock again', async () => {
    await stage.join()
    stage.server.say({ type: 'knocking', room: ROOM })
    stage.server.say({ type: 'error', code: 'entry-refused', message: '', replyTo: 1 })
    expect(stage.call.state).toMatchObject({ name: 'failed', code: 'entry-refused' })
    stage.call.join()
    expect(stage.call.state).toEqual({ name: 'joining' })
    await until('the second join', () => stage.server.all('join').length === 2)
  })

  test('W3 the owner hears who knocks, answers, and the list follows the server', async () => {
    const lists: string[][] = []
    stage.call.on('guests', (guests) => lists.push(guests.map(({ name }) => name)))
    await stage.joinAlone()
    stage.server.say({ type: 'knock', peer: guest })
    stage.server.say({ type: 'knock', peer: guest })
    expect(stage.call.guests).toEqual([{ id: 'g1', name: 'Gus' }])
    stage.call.admit('g1', true)
    expect(stage.server.all('admit')).toEqual([{ type: 'admit', peer: 'g1', isAdmitted: true }])
    stage.server.say({ type: 'knock-over', peer: 'g1' })
    stage.server.say({ type: 'knock', peer: { ...guest, id: 'g2' } })
    stage.call.leave()
    expect(lists).toEqual([['Gus'], ['Gus'], [], ['Gus'], []])
  })
})
