import { createServer } from 'node:net'
import { systemClock, type Clock } from '@duet/base'
import { readConfig, type Config } from '../../../config/index.ts'
import { doctor } from '../../../doctor-command.ts'
import type { FaultCode } from '../faults.ts'

/** Every fault that was found. */
export const appeared = new Set<string>()

/** One check, as programs get it. */
export interface Told {
  id: string
  outcome: 'ok' | 'fails' | 'untried'
  fault?: FaultCode
  detail?: string
  reason?: string
  wrong?: string
}

/** What the checks of `url`, or of the server of these flags, come to, by id. */
export async function examine(
  url: string | undefined,
  { args = [], clock = systemClock }: { args?: string[]; clock?: Clock } = {},
): Promise<Map<string, Told>> {
  const config = configOf(args)
  let json = ''
  await doctor({
    flags: { url, isJson: true, isNat: false, stun: undefined, serverArgs: [] },
    config,
    print: (line) => (json += line),
    showProgress: undefined,
    isColoured: false,
    clock,
  })
  const { checks } = JSON.parse(json) as { checks: Told[] }
  for (const { fault } of checks) if (fault) appeared.add(fault)
  return new Map(checks.map((check) => [check.id, check]))
}

function configOf(args: string[]): Config {
  const flags = [...args, '--stun-servers', 'off']
  const result = readConfig({ args: flags, env: {}, isInNamespace: true })
  if (result.kind !== 'config') throw new Error(JSON.stringify(result))
  return result.config
}

/** A TCP port of loopback that nobody has. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}
