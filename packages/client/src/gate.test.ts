import { describe, expect, test } from 'bun:test'
import type { Description, DescriptionSignal } from '@duet/protocol'
import type { Verification } from './call-state.ts'
import { Gate } from './gate.ts'
import { Keyring } from './keyring.ts'

const description: Description = { type: 'offer', sdp: 'a=fingerprint:sha-256 AB:CD\r\n' }
const ring = new Keyring('a-key-of-a-link-1234', 'lake')

const bare: DescriptionSignal = { type: 'description', description }
const signed = async (): Promise<DescriptionSignal> => ({
  ...bare,
  auth: await ring.sign(description, null),
})
const forged: DescriptionSignal = { ...bare, auth: 'AAAA' }

function setUp(keyring: Keyring | undefined) {
  const told: Verification[] = []
  const gate = new Gate(keyring, (verification) => told.push(verification))
  return { gate, told }
}

describe('gate', () => {
  test.each([
    [ring, true, 'different'],
    [ring, false, 'peer-key-missing'],
    [undefined, true, 'own-key-missing'],
  ] as const)('checking -> the peer objects -> mismatch (%#)', (keyring, hasKey, fault) => {
    const { gate } = setUp(keyring)
    gate.handleMismatch(hasKey)
    expect(gate.verification).toEqual({ name: 'mismatch', fault })
  })

  test('forced -> the peer objects -> still unverified', async () => {
    const { gate } = setUp(ring)
    await gate.admits(forged, null)
    gate.force()
    gate.handleMismatch(true)
    expect(gate.verification).toEqual({ name: 'unverified' })
  })

  test('checking -> right proof -> verified', async () => {
    const { gate, told } = setUp(ring)
    expect(gate.verification).toEqual({ name: 'checking' })
    expect(await gate.admits(await signed(), null)).toBe(true)
    expect(told).toEqual([{ name: 'verified' }])
  })

  test('checking -> no keys on both sides -> unverified', async () => {
    const { gate } = setUp(undefined)
    expect(await gate.admits(bare, null)).toBe(true)
    expect(gate.verification).toEqual({ name: 'unverified' })
  })

  test('checking -> only the peer has a key -> mismatch', async () => {
    const { gate } = setUp(undefined)
    expect(await gate.admits(await signed(), null)).toBe(false)
    expect(gate.verification).toEqual({ name: 'mismatch', fault: 'own-key-missing' })
  })

  test('checking -> only this side has a key -> mismatch', async () => {
    const { gate } = setUp(ring)
    expect(await gate.admits(bare, null)).toBe(false)
    expect(gate.verification).toEqual({ name: 'mismatch', fault: 'peer-key-missing' })
  })

  test('checking -> wrong proof -> mismatch -> forced -> unverified', async () => {
    const { gate, told } = setUp(ring)
    expect(await gate.admits(forged, null)).toBe(false)
    gate.force()
    expect(await gate.admits(forged, null)).toBe(true)
    expect(told).toEqual([{ name: 'mismatch', fault: 'different' }, { name: 'unverified' }])
  })

  test('mismatch -> right proof -> verified', async () => {
    const { gate } = setUp(ring)
    await gate.admits(forged, null)
    expect(await gate.admits(await signed(), null)).toBe(true)
    expect(gate.verification).toEqual({ name: 'verified' })
  })

  test('verified -> wrong proof -> refused, and still verified', async () => {
    const { gate, told } = setUp(ring)
    await gate.admits(await signed(), null)
    expect(await gate.admits(forged, null)).toBe(false)
    expect(await gate.admits(bare, null)).toBe(false)
    expect(told).toEqual([{ name: 'verified' }])
  })

  test('C4 forced with a keyless peer -> the peer shows a key -> told again, once', async () => {
    const { gate, told } = setUp(ring)
    await gate.admits(bare, null)
    gate.force()
    expect(gate.isPeerKeyless).toBe(true)
    gate.handleMismatch(false)
    expect(told).toHaveLength(2)
    gate.handleMismatch(true)
    expect(gate.isPeerKeyless).toBe(false)
    expect(told.slice(1)).toEqual([{ name: 'unverified' }, { name: 'unverified' }])
    // Who compares objects sees that something changed.
    expect(told[2]).not.toBe(told[1])
    await gate.admits(forged, null)
    expect(told).toHaveLength(3)
  })

  test('cannot be forced before there is a mismatch', async () => {
    const { gate } = setUp(ring)
    gate.force()
    expect(await gate.admits(forged, null)).toBe(false)
    const { gate: verified } = setUp(ring)
    await verified.admits(await signed(), null)
    verified.force()
    expect(verified.verification).toEqual({ name: 'verified' })
    expect(await verified.admits(forged, null)).toBe(false)
  })
})
