import { createServer } from 'node:net'
import { flagOf, type Config } from '../../../config/index.ts'
import { hostInUrl } from '../../../front/host.ts'
import { fails, type Verdict } from '../verdict.ts'
import { readTarget, type Target } from '../target.ts'

/**
 * The server of this machine, as its configuration says; a sentence when its port can't be known.
 */
export function ownTarget({ host, http, https }: Config): Target | { problem: string } {
  const isSecure = https.length > 0
  const port = isSecure ? https[0] : http[0]
  if (port === undefined || port === 0) {
    const flag = flagOf(isSecure ? 'https' : 'http')
    return { problem: `${flag} 0 takes any free port: give the address that the start printed` }
  }
  const named = host.find((name) => name !== '0.0.0.0' && name !== '::')
  const scheme = isSecure ? 'https' : 'http'
  const target = readTarget(`${scheme}://${hostInUrl(named ?? 'localhost')}:${port}`, true)
  return target ?? { problem: `${named} is no host` }
}

/** Why nothing answers at the port of one's own server: nobody has it, or somebody else. */
export async function judgeOwnSilence({ port }: Target, detail: string): Promise<Verdict> {
  return (await isFree(port))
    ? fails('not-running', { port })
    : fails('port-taken', { port, detail })
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)))
  return promise
}
