import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Person } from './person.ts'
import type { RunningServer } from './server.ts'

const FOLDER = new URL('../artifacts/', import.meta.url).pathname

/** Keeps what helps to see why a test failed; returns the folder. */
export async function keepArtifacts(
  testName: string,
  people: readonly Person[],
  server: RunningServer | undefined,
): Promise<string> {
  const folder = artifactFolder(testName)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  if (server) writeFileSync(join(folder, 'server.log'), server.output())
  for (const person of people) {
    const file = join(folder, fileNameOf(person.name))
    writeFileSync(`${file}.console.log`, `${person.console.join('\n')}\n`)
    await person.window.screenshot(`${file}.png`).catch(() => undefined)
  }
  return folder
}

/** The folder for what one test leaves behind. */
export function artifactFolder(name: string): string {
  return join(FOLDER, fileNameOf(name))
}

function fileNameOf(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80)
}
