import type { Config } from './config/index.ts'
import { knownSecrets } from './known-secrets.ts'
import type { Secrets } from './secrets.ts'

/** Never empty: the first one signs, all of them are accepted. */
export type TurnSecrets = readonly [string, ...string[]]

/** The secrets of TURN credentials: those of --turn-secret, otherwise the server's own. */
export function turnSecretsOf(
  { turnSecret }: Pick<Config, 'turnSecret'>,
  secrets: Secrets,
): TurnSecrets {
  return given(turnSecret) ?? [secrets.keyFor('turn credentials').toString('base64')]
}

/** The same for a command beside the server, which has to have run only when none are given. */
export function knownTurnSecrets(
  config: Pick<Config, 'turnSecret' | 'data'>,
): TurnSecrets | { problem: string } {
  const known = given(config.turnSecret) ?? knownSecrets(config.data)
  return 'keyFor' in known ? turnSecretsOf(config, known) : known
}

function given([first, ...others]: readonly string[]): TurnSecrets | undefined {
  return first === undefined ? undefined : [first, ...others]
}
