import { expect } from 'bun:test'
import {
  demoLink,
  demoTalk,
  newDemoRoom,
  testDemoCalls,
  testLostNetwork,
} from './harness/demo-calls.ts'
import { testDemoOutages } from './harness/demo-outages.ts'
import { newDemoPerson } from './harness/demo.ts'
import { TOPIC, type TopicState } from './harness/demos.ts'
import { useStage } from './harness/stage.ts'

const stage = useStage()

testDemoCalls(stage, TOPIC)
testLostNetwork(stage, TOPIC)
testDemoOutages(stage, TOPIC)

stage.test('without a room, the topic page chooses one and goes there', async (scene) => {
  const ann = await newDemoPerson<TopicState>(scene, { name: 'Ann' })
  await ann.person.goto(`${scene.server.http}/demos/topic.html?policy=all`)
  await ann.person.page.waitForURL(/[?&]room_id=[a-z\d]{8}$/)
  expect(new URL(ann.person.page.url()).searchParams.get('policy')).toBe('all')
  const ben = await newDemoPerson<TopicState>(scene, { name: 'Ben' })
  await ann.connect()
  await ann.waitForState('waiting')
  await ben.open(ann.person.page.url())
  await Promise.all([ann.hasCall(), ben.hasCall()])
})

stage.test('who waits in line gets in when a seat is free', async (scene) => {
  const { ann, ben, link } = await demoTalk(scene, TOPIC)
  const cleo = await newDemoPerson<TopicState>(scene, { name: 'Cleo' })
  await cleo.open(link)
  await cleo.waitForState('in_line')
  await cleo.waitForStatus(/in line/)
  await ben.closeTab()
  await Promise.all([ann.hasCall(), cleo.hasCall()])
})

stage.test('the leave button only closes the peer connection', async (scene) => {
  const { ann, ben } = await demoTalk(scene, TOPIC)
  await ben.leave()
  await ben.waitForState('left')
  // The old socket keeps the seat, so that the second one of the same page waits in line.
  await ben.connect()
  await ben.waitForState('in_line')
  await ann.waitForState('in_call')
  await ben.reload()
  await Promise.all([ann.hasCall(), ben.hasCall()])
})

stage.test('the page says that nobody checks who is there, in two languages', async (scene) => {
  for (const [locale, title, words] of [
    ['en-GB', 'Duet: topic', /nobody checks who is at the other end/],
    ['zh-CN', 'Duet：主题', /没有核实对方是谁/],
  ] as const) {
    const ann = await newDemoPerson<TopicState>(scene, { name: 'Ann', context: { locale } })
    await ann.person.goto(demoLink(TOPIC, newDemoRoom(), scene.server.http))
    await ann.person.waitForText(words)
    expect(await ann.person.page.title()).toBe(title)
  }
})
