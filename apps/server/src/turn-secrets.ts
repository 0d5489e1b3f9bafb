import type { Config } from './config/index.ts'
import type { Secrets } from './secrets.ts'

/**
 * The secrets of TURN credentials: the first one signs, all of them are accepted. Those of
 * --turn-secret, otherwise the server's own.
 */
export function turnSecretsOf(
  { turnSecret }: Pick<Config, 'turnSecret'>,
  secrets: Secrets,
): readonly [string, ...string[]] {
  const [first, ...others] = turnSecret
  if (first !== undefined) return [first, ...others]
  return [secrets.keyFor('turn credentials').toString('base64')]
}
