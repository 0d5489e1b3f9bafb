import type { Config } from './schema.ts'

/** Whether TURN is on a port for HTTPS, where the first bytes tell them apart. */
export function isShared(port: number | null, { https }: Pick<Config, 'https'>): boolean {
  return !!port && https.includes(port)
}

/** The ports for HTTPS that TURN is on too. */
export function sharedPorts(config: Pick<Config, 'https' | 'turnPort' | 'turnsPort'>): number[] {
  const both = [config.turnPort, config.turnsPort].filter((port) => port !== null)
  return [...new Set(both)].filter((port) => isShared(port, config))
}
