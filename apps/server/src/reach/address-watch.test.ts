import { afterEach, expect, test } from 'bun:test'
import { FakeClock, silentLogger } from '@duet/base'
import { AddressWatch, INTERFACES_MS, RECHECK_MS } from './address-watch.ts'
import type { FoundAddress, FoundAddresses } from './find-public-addresses.ts'

const NONE: FoundAddress = { kind: 'no-network' }
const OLD = mapped('203.0.113.7')
const SILENT: FoundAddress = { kind: 'silent', bind: '10.0.0.2' }

function mapped(address: string): FoundAddress {
  return { kind: 'mapped', address, bind: '10.0.0.2', reach: {} }
}

/** A watch whose searches end when the test says so. */
class Scene {
  readonly clock = new FakeClock()
  readonly told: [four: FoundAddress, before: FoundAddress | undefined][] = []
  interfaces = 'eth0'
  searches = 0
  #end: (found: FoundAddresses) => void = () => {}
  #fail: (error: Error) => void = () => {}
  readonly watch: AddressWatch

  constructor() {
    this.watch = new AddressWatch({
      find: () => {
        this.searches += 1
        const { promise, resolve, reject } = Promise.withResolvers<FoundAddresses>()
        this.#end = resolve
        this.#fail = reject
        return promise
      },
      readInterfaces: () => this.interfaces,
      onFound: (found, before) => this.told.push([found[4], before?.[4]]),
      clock: this.clock,
      logger: silentLogger,
    })
  }

  async finds(four: FoundAddress): Promise<void> {
    this.#end({ 4: four, 6: NONE })
    await settle()
  }

  async fails(): Promise<void> {
    this.#fail(new Error('a mistake'))
    await settle()
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
}

let scene: Scene
afterEach(() => {
  scene.watch.close()
  expect(scene.clock.pending).toBe(0)
})

test('searches at once, and again when it is time', async () => {
  scene = new Scene()
  await scene.finds(OLD)
  expect(scene.told).toEqual([[OLD, undefined]])
  scene.clock.advance(RECHECK_MS - 1)
  expect(scene.searches).toBe(1)
  scene.clock.advance(1)
  expect(scene.searches).toBe(2)
  const fresh = mapped('198.51.100.1')
  await scene.finds(fresh)
  expect(scene.told[1]).toEqual([fresh, OLD])
})

test('searches when the interfaces change, and not twice at once', async () => {
  scene = new Scene()
  await scene.finds(OLD)
  scene.clock.advance(INTERFACES_MS)
  expect(scene.searches).toBe(1)
  scene.interfaces = 'wlan0'
  scene.clock.advance(INTERFACES_MS)
  expect(scene.searches).toBe(2)
  scene.interfaces = 'eth1'
  scene.clock.advance(INTERFACES_MS)
  expect(scene.searches).toBe(2)
  // What was found meanwhile may be of the network before.
  await scene.finds(OLD)
  expect(scene.searches).toBe(3)
  await scene.finds(OLD)
  scene.clock.advance(RECHECK_MS - 1)
  expect(scene.searches).toBe(3)
})

test('silence takes nothing back where the machine did not move', async () => {
  scene = new Scene()
  await scene.finds(OLD)
  scene.clock.advance(RECHECK_MS)
  await scene.finds(SILENT)
  expect(scene.told[1]).toEqual([OLD, OLD])
  scene.clock.advance(RECHECK_MS)
  const elsewhere: FoundAddress = { kind: 'silent', bind: '192.168.9.9' }
  await scene.finds(elsewhere)
  expect(scene.told[2]).toEqual([elsewhere, OLD])
})

test('a search that fails is tried again', async () => {
  scene = new Scene()
  await scene.fails()
  expect(scene.told).toEqual([])
  scene.clock.advance(RECHECK_MS)
  expect(scene.searches).toBe(2)
})

test('a search that ends after the close has no effect', async () => {
  scene = new Scene()
  scene.watch.close()
  await scene.finds(OLD)
  expect(scene.told).toEqual([])
})
