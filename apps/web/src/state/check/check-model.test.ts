import { FakeClock } from '@duet/base'
import { expect, test } from 'bun:test'
import { CHECK_WORDS } from '../../i18n/check-words.ts'
import { LANGUAGES } from '../../i18n/error-sentences.ts'
import { FakeDevices, FakeNetwork } from '../../testing/check-fakes.ts'
import { settled } from '../../testing/fakes.ts'
import { CheckModel } from './check-model.ts'
import { checkReport } from './check-report.ts'
import type { DeviceFault } from './ports.ts'
import type { CheckId } from './verdict.ts'

function open() {
  const network = new FakeNetwork()
  const devices = new FakeDevices()
  const clock = new FakeClock()
  const model = new CheckModel({ network, devices, clock })
  const told = (id: CheckId): string => {
    const state = model.stateOf(id)
    if (state.name !== 'done') return state.name
    const { verdict } = state
    return verdict.kind === 'fails' ? verdict.fault : verdict.kind
  }
  return { network, devices, clock, model, told }
}

test('progress counts what was begun, and ends', async () => {
  const { model } = open()
  expect(model.progress.value).toEqual({ isRunning: false, done: 0, total: 0, failed: 0 })
  const running = model.start()
  expect(model.progress.value).toMatchObject({ isRunning: true, total: 15 })
  await running
  expect(model.progress.value).toEqual({ isRunning: false, done: 15, total: 15, failed: 0 })
  expect(model.result.value?.facts?.version).toBe('1.2.3')
})

test('an earlier run that ends late changes nothing', async () => {
  const { model, network, told } = open()
  const late = Promise.withResolvers<undefined>()
  network.askServer = () => late.promise
  const first = model.start()
  network.askServer = new FakeNetwork().askServer
  await model.start()
  expect(told('server')).toBe('ok')
  late.resolve(undefined)
  await first
  expect(told('server')).toBe('ok')
})

test('without HTTPS camera and microphone can’t be tried', async () => {
  const { model, network, told } = open()
  const abilities = { ...network.abilities(), isSecure: false }
  network.abilities = () => abilities
  await model.start()
  expect(model.stateOf('camera')).toEqual({
    name: 'done',
    verdict: { kind: 'untried', reason: 'needs-secure' },
  })
  expect(told('secure')).toBe('insecure')
})

test('a camera with a picture and a microphone that hears something are well', async () => {
  const { model, devices, told, clock } = open()
  void model.devices.tryCapture()
  await settled()
  expect(told('camera')).toBe('ok')
  expect(told('microphone')).toBe('running')
  devices.onLevel?.(0.1)
  expect([model.devices.level.value, told('microphone')]).toEqual([0.1, 'running'])
  devices.onLevel?.(0.6)
  expect(told('microphone')).toBe('ok')
  devices.onLevel?.(0)
  expect(model.devices.level.value).toBe(0)
  expect(clock.pending).toBe(0)
  model.devices.stopCapture()
  expect(devices.tracks.map(({ isStopped }) => isStopped)).toEqual([true, true])
  expect(told('microphone')).toBe('ok')
})

test('a microphone that hears nothing is silent after a while', async () => {
  const { model, devices, told, clock } = open()
  void model.devices.tryCapture()
  await settled()
  devices.onLevel?.(0.1)
  clock.advance(10_000)
  expect(told('microphone')).toBe('microphone-silent')
  devices.onLevel?.(0.9)
  expect(told('microphone')).toBe('ok')
})

test('a microphone whose level can’t be measured is not told to be silent', async () => {
  const { model, clock } = open()
  void model.devices.tryCapture()
  await settled()
  clock.advance(10_000)
  expect(model.stateOf('microphone')).toMatchObject({
    verdict: { kind: 'untried', reason: 'microphone-unmeasured' },
  })
  model.close()
})

test.each(['denied', 'missing', 'busy'] as DeviceFault[])('a device that is %s', async (fault) => {
  const { model, devices, told } = open()
  devices.opens = () => ({ fault })
  await model.devices.tryCapture()
  expect([told('camera'), told('microphone')]).toEqual([`camera-${fault}`, `microphone-${fault}`])
})

test.each([undefined, { width: 640, height: 480, isDark: true }])(
  'a camera that shows nothing',
  async (picture) => {
    const { model, devices, told } = open()
    devices.picture = picture
    void model.devices.tryCapture()
    await settled()
    expect(told('camera')).toBe('camera-dark')
    model.close()
  },
)

test('the speaker is judged by the person', async () => {
  const { model, told } = open()
  const playing = model.devices.playTone()
  expect([model.devices.speaker.value, told('speaker')]).toEqual(['playing', 'running'])
  await playing
  expect(model.devices.speaker.value).toBe('asked')
  model.devices.sayHeard(false)
  expect([model.devices.speaker.value, told('speaker')]).toEqual(['quiet', 'speaker-unheard'])
  await model.devices.playTone()
  model.devices.sayHeard(true)
  expect(told('speaker')).toBe('ok')
})

test('closed, it lets go of everything, also of what opens late', async () => {
  const { model, devices, clock } = open()
  void model.devices.tryCapture()
  model.close()
  await settled()
  expect(devices.tracks.map(({ isStopped }) => isStopped)).toEqual([true])
  expect(clock.pending).toBe(0)
})

test.each(LANGUAGES)('the report names every check and no credentials: %s', async (language) => {
  const { model, network } = open()
  network.tryRelay = () => Promise.resolve({ outcome: 'no-relay', code: undefined })
  await model.start()
  const words = CHECK_WORDS[language]
  const report = checkReport(words, {
    origin: 'https://duet.example',
    userAgent: 'A browser',
    now: Date.UTC(2031, 1, 2, 3, 4),
    result: model.result.value,
    stateOf: (id) => model.stateOf(id),
  })
  expect(report).toContain('2031-02-02 03:04 UTC')
  for (const label of Object.values(words.labels)) expect(report).toContain(` ${label}: `)
  expect(report).toContain(words.faults['turn-tls-silent'].operator)
  expect(report).not.toContain('a secret')
  expect(report).not.toContain('1700003600')
  expect(report).not.toContain('a-password')
})
