import { expect, test } from 'bun:test'
import { X509Certificate } from 'node:crypto'
import { makeCertificate } from '../front/make-certificate.ts'
import { momentIn, pauseAfter, renewalId, usualWindow } from './renewal.ts'

/** RFC 9773 §4.1 and appendix A: the certificate of its example, and what it is known by. */
const EXAMPLE = `-----BEGIN CERTIFICATE-----
MIIBQzCB66ADAgECAgUAh2VDITAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpFeGFt
cGxlIENBMCIYDzAwMDEwMTAxMDAwMDAwWhgPMDAwMTAxMDEwMDAwMDBaMBYxFDAS
BgNVBAMTC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeBZu
7cbpAYNXZLbbh8rNIzuOoqOOtmxA1v7cRm//AwyMwWxyHz4zfwmBhcSrf47NUAFf
qzLQ2PPQxdTXREYEnKMjMCEwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uEe6CuLN4B
yNQwCgYIKoZIzj0EAwIDRwAwRAIge09+S5TZAlw5tgtiVvuERV6cT4mfutXIlwTb
+FYN/8oCIClDsqBklhB9KAelFiYt9+6FDj3z4KGVelYM5MdsO3pK
-----END CERTIFICATE-----`

test('a certificate is known as RFC 9773 has it', async () => {
  expect(await renewalId(EXAMPLE)).toBe('aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE')
})

test('one that nobody signed is known by nothing', async () => {
  const { cert } = await makeCertificate(['a.example'], Date.now())
  expect(await renewalId(cert)).toBeUndefined()
})

test('two thirds of its life are used, whatever its length', async () => {
  const { cert } = await makeCertificate(['a.example'], Date.now())
  const { validFrom, validTo } = new X509Certificate(cert)
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)]
  const { start, end } = usualWindow(cert)
  expect((start - from) / (to - from)).toBeCloseTo(2 / 3, 9)
  expect((end - from) / (to - from)).toBeCloseTo(0.7, 9)
  expect(momentIn({ start: 10, end: 20 }, 0.25)).toBe(12.5)
})

test('pauses double from twenty minutes to twelve hours, a fifth more or less', () => {
  const minutes = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map(
    (failures) => pauseAfter(failures, 0.5) / 60_000,
  )
  expect(minutes).toEqual([20, 40, 80, 160, 320, 640, 720, 720, 720])
  expect(pauseAfter(1, 0) / 60_000).toBeCloseTo(16, 9)
  expect(pauseAfter(1, 1) / 60_000).toBeCloseTo(24, 9)
})
