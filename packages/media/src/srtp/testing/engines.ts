import type { CipherEngine } from '../cipher-engine.ts'
import { openSslEngine } from '../default-engine.ts'
import { createNodeEngine } from '../node-engine.ts'

/** Each engine that this machine has, with its name; a machine without OpenSSL tests one less. */
export const ENGINES: readonly [string, CipherEngine][] = [createNodeEngine(), openSslEngine()]
  .filter((engine) => engine !== undefined)
  .map((engine) => [engine.name, engine])
