import type { Clock, Logger } from '@duet/base'
import { publicIpsOf, tlsPairs, type Config } from './config/index.ts'
import { loadOwnCertificate, readGivenCertificate, type Certificate } from './front/certificate.ts'
import { watchCertificate } from './front/certificate-watch.ts'
import { readLocalAddresses } from './front/local-addresses.ts'
import { certificateNames } from './front/names.ts'
import { isTurnsOffered } from './turn.ts'

/** What HTTPS and TURN over TLS present: those that were given, or our own. */
export interface Certificates {
  /** As they are now. Empty when nothing speaks TLS; the first one is the default. */
  readonly all: readonly Certificate[]
  /** Calls back when one of them was renewed, with the others as they are; returns its end. */
  watch(onChange: (all: readonly Certificate[]) => void): () => void
}

export interface CertificatesOptions {
  config: Config
  dataDirectory: string
  clock: Clock
  logger: Logger
}

/** Reads or makes them. Rejects with a StartError. */
export async function openCertificates(options: CertificatesOptions): Promise<Certificates> {
  const { clock, logger } = options
  const readers = readersOf(options)
  const all = await Promise.all(readers.map((read) => read()))
  return {
    all,
    watch(onChange) {
      // Each by itself: files that are half written hold up no other's renewal.
      const ends = readers.map((read, index) =>
        watchCertificate({
          current: all[index],
          read,
          onChange(changed) {
            all[index] = changed
            onChange(all)
          },
          clock,
          logger,
        }),
      )
      return () => {
        for (const end of ends) end()
      }
    },
  }
}

function readersOf({
  config,
  dataDirectory,
  clock,
}: CertificatesOptions): (() => Promise<Certificate>)[] {
  const pairs = tlsPairs(config)
  if (pairs.length > 0) {
    return pairs.map(
      ({ cert, key }) =>
        async () =>
          readGivenCertificate(cert, key),
    )
  }
  if (config.https.length === 0 && !isTurnsOffered(config)) return []
  const own = () => {
    const names = certificateNames(readLocalAddresses(), publicIpsOf(config))
    return loadOwnCertificate({ dataDirectory, ...names, now: clock.now() })
  }
  return [own]
}
