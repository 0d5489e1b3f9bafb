import { expect, test } from 'bun:test'
import { startServer } from '../e2e/harness/server.ts'
import { wrongClock, wrongClockMissing } from './wrong-clock.ts'

const missing = wrongClockMissing()
if (missing) console.log(`Skipped: ${missing}`)

test.skipIf(missing !== undefined).each([7200, -90])(
  'a server whose clock is %d seconds off tells so in its answers',
  async (seconds) => {
    const server = await startServer({ env: wrongClock(seconds) })
    try {
      const response = await fetch(server.http)
      const said = Date.parse(response.headers.get('date') ?? '')
      const error = (said - Date.now()) / 1000 - seconds
      expect(Math.abs(error)).toBeLessThan(10)
    } finally {
      await server.close()
    }
  },
  30_000,
)
