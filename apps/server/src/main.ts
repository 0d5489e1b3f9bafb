import { systemClock, type Logger } from '@duet/base'
import type { Config } from './config/index.ts'
import { openDataDirectory } from './data-directory.ts'
import { createNetworkTest } from './front/client-address.ts'
import { loadOwnCertificate, readGivenCertificate, type Certificate } from './front/certificate.ts'
import { watchCertificate } from './front/certificate-watch.ts'
import { createFront } from './front/front.ts'
import { readLocalAddresses } from './front/local-addresses.ts'
import { certificateNames } from './front/names.ts'
import { DIALECT_LIMITS, DIALECT_UNLIMITED } from './gateways/dialect-limits.ts'
import { createNativeGateway, DEFAULT_LIMITS, UNLIMITED } from './gateways/native/index.ts'
import { refuseRoomDialect } from './gateways/room/off.ts'
import { createTopicGateway, refuseTopicDialect } from './gateways/topic/index.ts'
import { createPages } from './http/pages.ts'
import { createStaticFiles, type StaticFiles } from './http/static-files.ts'
import { loadWebApp } from './http/web-cache.ts'
import { MemoryHub } from './hub/memory.ts'
import { createIceServers } from './ice-servers.ts'
import { readAddresses } from './ops/addresses.ts'
import { banner } from './ops/banner.ts'
import { version } from './ops/version.ts'
import { loadSecrets } from './secrets.ts'
import { isTurnsOffered, startTurn } from './turn.ts'

/** A server whose ports are open. */
export interface RunningServer {
  /** What a person must know now: addresses, ports, certificate. */
  banner: string
  /** Sends its clients away to come back, then closes everything. Idempotent. */
  close(): Promise<void>
}

/** Puts the whole server together. Rejects with a StartError when it can't run. */
export async function startServer(config: Config, logger: Logger): Promise<RunningServer> {
  const dataDirectory = openDataDirectory(config.data)
  const secrets = loadSecrets(dataDirectory)
  const readAgain = () => readCertificate(config, dataDirectory)
  const certificate = await readAgain()
  const staticFiles = openStaticFiles(config, dataDirectory)

  const localAddresses = readLocalAddresses()
  const secret = secrets.keyFor('turn credentials').toString('base64')
  const nonceKey = secrets.keyFor('turn nonces')
  const turn = await startTurn({
    config,
    certificate,
    localAddresses,
    secret,
    nonceKey,
    logger: logger.with({ part: 'turn' }),
  })
  const iceServers = createIceServers({
    turnPort: turn?.port,
    turnsPort: turn?.turnsPort,
    secret,
    localHost:
      config.host.length > 0 ? undefined : (localAddresses.lan[0] ?? localAddresses.global[0]),
    clock: systemClock,
  })
  const hub = new MemoryHub(logger)
  const dialectLimits = config.limits === 'on' ? DIALECT_LIMITS : DIALECT_UNLIMITED
  const topicPaths = ['/', ...(config.topicPath === undefined ? [] : [config.topicPath])]
  const gateways = [
    createNativeGateway({
      hub,
      iceServers,
      clock: systemClock,
      logger: logger.with({ gateway: 'native' }),
      limits: config.limits === 'on' ? DEFAULT_LIMITS : UNLIMITED,
    }),
    config.dialects.includes('room')
      ? // Socket.IO takes a while to load.
        (await import('./gateways/room/index.ts')).createRoomGateway({
          hub,
          clock: systemClock,
          logger: logger.with({ gateway: 'room' }),
          limits: dialectLimits,
        })
      : refuseRoomDialect(),
    // The last to claim a path: its paths are anybody's.
    config.dialects.includes('topic')
      ? createTopicGateway({
          hub,
          clock: systemClock,
          logger: logger.with({ gateway: 'topic' }),
          paths: topicPaths,
          capacity: config.topicCapacity,
          limits: dialectLimits,
        })
      : refuseTopicDialect(topicPaths),
  ]

  const front = createFront({
    hosts: config.host,
    httpPorts: config.http,
    httpsPorts: config.https,
    tls: certificate,
    routes: gateways.flatMap(({ routes }) => routes),
    httpRoutes: gateways.flatMap(({ httpRoutes }) => httpRoutes),
    respond: createPages({
      app: loadWebApp(logger),
      facts: () => pageFacts,
      staticFiles,
      logger,
    }),
    isTrustedProxy: createNetworkTest(config.trustProxy),
    logger,
  })
  const { listeners } = front
  const { publicIp: publicIps } = config
  const addresses = readAddresses({ listeners, certificate, localAddresses, publicIps })
  const pageFacts = {
    addresses: {
      best: addresses.best ?? null,
      lan: addresses.lan,
      public: addresses.public ?? null,
    },
    selfSigned: certificate?.isSelfSigned ?? false,
  }

  const stopWatching = watchCertificate({
    current: certificate,
    read: readAgain,
    onChange(changed) {
      front.setTls(changed)
      turn?.server.setTls(changed)
    },
    clock: systemClock,
    logger,
  })

  return {
    banner: banner({
      version,
      addresses,
      listeners,
      certificate,
      turn: turn && { ...turn, relayPorts: config.relayPorts },
      isLimited: config.limits === 'on',
    }),
    async close() {
      stopWatching()
      front.stopAccepting()
      await Promise.all(gateways.map((gateway) => gateway.close()))
      await front.close()
      turn?.server.close()
    },
  }
}

/** The directory of --static, which must hold no secret of ours. */
function openStaticFiles(
  { static: directory, tlsKey }: Config,
  dataDirectory: string,
): StaticFiles | undefined {
  if (directory === undefined) return undefined
  const secretPaths = [dataDirectory, ...(tlsKey === undefined ? [] : [tlsKey])]
  return createStaticFiles({ directory, secretPaths })
}

/** The given certificate, or our own; none when nothing speaks TLS. */
async function readCertificate(
  config: Config,
  dataDirectory: string,
): Promise<Certificate | undefined> {
  const { tlsCert, tlsKey } = config
  if (tlsCert !== undefined && tlsKey !== undefined) return readGivenCertificate(tlsCert, tlsKey)
  if (config.https.length === 0 && !isTurnsOffered(config)) return undefined
  const names = certificateNames(readLocalAddresses(), config.publicIp)
  return loadOwnCertificate({ dataDirectory, ...names, now: Date.now() })
}
