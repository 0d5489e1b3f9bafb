import type { Config } from './schema.ts'

/** The files of one certificate. */
export interface TlsPair {
  /** PEM, with its chain. */
  cert: string
  /** PEM. */
  key: string
}

/** What `--tls-cert` and `--tls-key` give, each with the one that was given at the same place. */
export function tlsPairs({ tlsCert, tlsKey }: Pick<Config, 'tlsCert' | 'tlsKey'>): TlsPair[] {
  return tlsCert.flatMap((cert, index) => {
    const key = tlsKey[index]
    return key === undefined ? [] : [{ cert, key }]
  })
}
