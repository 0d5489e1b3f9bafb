import { gzipSync } from 'node:zlib'
import { launchChromium } from '../e2e/harness/chromium.ts'
import { newRoom } from '../e2e/harness/room.ts'
import { startServer } from '../e2e/harness/server.ts'

/** The script that the call page loads until one can join, gzipped as the server sends it. */
export async function benchSize(): Promise<void> {
  const server = await startServer()
  const chromium = await launchChromium()
  try {
    const person = await chromium.newPerson()
    const scripts: Promise<{ name: string; bytes: number; gzipped: number }>[] = []
    person.page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return
      scripts.push(
        response.body().then((body) => ({
          name: new URL(response.url()).pathname,
          bytes: body.length,
          gzipped: gzipSync(body).length,
        })),
      )
    })
    await person.goto(newRoom(server.http))
    await person.waitFor('join')
    await person.page.waitForLoadState('networkidle')
    const loaded = await Promise.all(scripts)
    for (const { name, bytes, gzipped } of loaded) {
      console.log(`${kilobytes(bytes)} kB ${kilobytes(gzipped)} kB gzipped  ${name}`)
    }
    const sum = loaded.reduce((total, { gzipped }) => total + gzipped, 0)
    console.log(`script of the call page: ${kilobytes(sum).trim()} kB gzipped, target <= 60 kB`)
  } finally {
    await chromium.close()
    await server.close()
  }
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1).padStart(7)
}
