import { systemClock } from '@duet/base'
import { CastTokens, MAX_TOKEN_NAME_LENGTH } from './casts/tokens.ts'
import { readConfig } from './config/index.ts'
import { knownSecrets } from './known-secrets.ts'
import { takeTtl } from './ttl-flag.ts'
import type { CommandResult } from './user-command.ts'

/** A TV on a wall keeps its token for long. */
const TTL = { default: '365d', minSeconds: 60, maxSeconds: 3660 * 86_400, max: '3660 days' }

/**
 * Makes a token for clients of the `cast` dialect that log in, whether the server runs or not.
 * `args`: the name, `--ttl`, and the flags of the server.
 */
export function castToken(args: readonly string[], env: NodeJS.ProcessEnv): CommandResult {
  const [name, ...flags] = args
  if (name === undefined || name.startsWith('-')) {
    return { problem: 'say whose token: duet cast-token NAME [--ttl 365d]' }
  }
  if (name.length > MAX_TOKEN_NAME_LENGTH) {
    return { problem: `the name is longer than ${MAX_TOKEN_NAME_LENGTH} characters` }
  }
  const taken = takeTtl(flags, TTL)
  if ('problem' in taken) return taken
  const result = readConfig({ args: taken.rest, env, isInNamespace: true })
  if (result.kind === 'errors') return { problem: result.errors.join('\n') }
  if (result.kind !== 'config') return { problem: 'say whose token, and nothing else' }
  const secrets = knownSecrets(result.config.data)
  if ('problem' in secrets) return secrets
  const tokens = new CastTokens(secrets.keyFor('cast tokens'), systemClock)
  return { text: tokens.issue(name, taken.ttlSeconds) }
}
