import { readFileSync } from 'node:fs'
import { messageOf, type Clock, type Logger } from '@duet/base'
import { Challenges, type ChallengeType } from './acme/challenges.ts'
import { DomainCertificate } from './acme/domain-certificate.ts'
import { openKeptFiles } from './acme/kept-files.ts'
import { portAdvice } from './acme/plain-words.ts'
import { publicIpsOf, tlsPairs, type Config } from './config/index.ts'
import {
  loadOwnCertificate,
  readGivenCertificate,
  type Certificate,
  type OwnCertificate,
} from './front/certificate.ts'
import { watchCertificate } from './front/certificate-watch.ts'
import type { Tls } from './front/listen.ts'
import type { LocalRoot } from './front/local-root.ts'
import { readLocalAddresses } from './front/local-addresses.ts'
import { certificateNames } from './front/names.ts'
import type { HttpRoute } from './front/socket.ts'
import { StartError } from './start-error.ts'
import { isTurnsOffered } from './turn.ts'

/** Whoever replaces a file does not want to wait; our own ones last for a year. */
const FILES_INTERVAL_MS = 10_000
const OWN_INTERVAL_MS = 60 * 60 * 1000

/** What HTTPS and TURN over TLS present: those that were given, got for --domain, or our own. */
export interface Certificates {
  /** As they are now. Empty when nothing speaks TLS; the first one is the default. */
  readonly all: readonly Certificate[]
  /** Signed the first of them; undefined where it is not our own. */
  readonly root: LocalRoot | undefined
  /** Where an authority looks for what proves a name. */
  readonly httpRoutes: readonly HttpRoute[]
  /** Gets and renews them once the ports are open; returns its end. */
  watch(watcher: CertificatesWatcher): () => void
}

/** Who presents them. */
export interface CertificatesWatcher {
  /** One of them was renewed; the others are as they were. */
  onChange: (all: readonly Certificate[]) => void
  /** From now on TLS-ALPN-01 is to be answered with these, by the name that they are for. */
  onAnswers: (certificates: ReadonlyMap<string, Tls>) => void
}

export interface CertificatesOptions {
  config: Config
  dataDirectory: string
  clock: Clock
  logger: Logger
}

/** Reads or makes them. Rejects with a StartError. */
export async function openCertificates(options: CertificatesOptions): Promise<Certificates> {
  const { config } = options
  const pairs = tlsPairs(config)
  if (pairs.length > 0) {
    return openWatched(
      options,
      pairs.map(
        ({ cert, key }) =>
          async () =>
            readGivenCertificate(cert, key),
      ),
    )
  }
  if (config.https.length === 0 && !isTurnsOffered(config)) return openWatched(options, [])
  const own = await openWatched(options, [() => readOwn(options)])
  return config.domain.length > 0 ? withDomain(options, own) : own
}

async function openWatched(
  { config, clock, logger }: CertificatesOptions,
  readers: readonly (() => Promise<Certificate | OwnCertificate>)[],
): Promise<Certificates> {
  const all = await Promise.all(readers.map((read) => read()))
  return {
    all,
    get root() {
      const [first] = all
      return first && 'root' in first ? first.root : undefined
    },
    httpRoutes: [],
    watch({ onChange }) {
      // Each by itself: files that are half written hold up no other's renewal.
      const ends = readers.map((read, index) =>
        watchCertificate({
          current: all[index],
          read,
          intervalMs: tlsPairs(config).length > 0 ? FILES_INTERVAL_MS : OWN_INTERVAL_MS,
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

function readOwn({ config, dataDirectory, clock }: CertificatesOptions): Promise<OwnCertificate> {
  const names = certificateNames(readLocalAddresses(), publicIpsOf(config))
  return loadOwnCertificate({ dataDirectory, ...names, now: clock.now() })
}

/** Our own one until there is the one for --domain. */
function withDomain(options: CertificatesOptions, own: Certificates): Certificates {
  const { config, dataDirectory, clock, logger } = options
  const challengeTypes = challengeTypesOf(config)
  let watcher: CertificatesWatcher | undefined
  const challenges = new Challenges((certificates) => watcher?.onAnswers(certificates))
  const domain = new DomainCertificate({
    domains: config.domain,
    directory: config.acmeDirectory,
    email: config.acmeEmail,
    ca: config.acmeCa === undefined ? undefined : readCa(config.acmeCa),
    challengeTypes,
    files: openKeptFiles(dataDirectory, config.acmeDirectory),
    challenges,
    onChange: (changed) => watcher?.onChange([changed]),
    clock,
    logger,
  })
  const advice = portAdvice(challengeTypes, config)
  if (advice !== undefined) logger.warn(`--domain: ${advice}`)
  return {
    get all() {
      return domain.current ? [domain.current] : own.all
    },
    get root() {
      return domain.current ? undefined : own.root
    },
    httpRoutes: [challenges.route],
    watch(given) {
      watcher = given
      const onChange = (all: readonly Certificate[]) => {
        if (!domain.current) given.onChange(all)
      }
      const stop = own.watch({ ...given, onChange })
      domain.start()
      return () => {
        stop()
        domain.close()
      }
    },
  }
}

/** The one first whose port is the authority's own. */
function challengeTypesOf({ acmeChallenge, http, https }: Config): ChallengeType[] {
  if (acmeChallenge !== 'auto') return [acmeChallenge]
  const types: ChallengeType[] = [
    ...(http.length > 0 ? (['http-01'] as const) : []),
    ...(https.length > 0 ? (['tls-alpn-01'] as const) : []),
  ]
  return !http.includes(80) && https.includes(443) ? types.toReversed() : types
}

function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new StartError(
      'bad-certificate',
      `--acme-ca ${path} can't be read (${messageOf(error)}).`,
      { cause: error },
    )
  }
}
