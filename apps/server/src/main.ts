import { messageOf, steadyClock, systemClock, type Logger } from '@duet/base'
import type { SpareWorker } from '@duet/turn'
import { keepOrigin } from './accounts/known-origin.ts'
import type { Links } from './accounts/links.ts'
import { openAccounts } from './accounts/open-accounts.ts'
import {
  accountRoutes,
  checkRoutes,
  createApi,
  liveRoutes,
  pushRoutes,
  recordingRoutes,
  relayRoutes,
} from './api/index.ts'
import { openCaptures, openRecordingsDirectory, type Captures } from './captures/open-captures.ts'
import { createTellCapture } from './captures/tell-capture.ts'
import { watchCaptures } from './captures/watch-captures.ts'
import { Casts } from './casts/casts.ts'
import { openCheckServices } from './checks/open-check-services.ts'
import { CAST_LIMITS, CAST_UNLIMITED } from './casts/limits.ts'
import { openCertificates } from './certificates.ts'
import { publicIpsOf, sharedPorts, tlsPairs, type Config } from './config/index.ts'
import { openDataDirectory } from './data-directory.ts'
import { createNetworkTest } from './front/client-address.ts'
import { createFront } from './front/front.ts'
import { isLocalName } from './front/host.ts'
import { listenAddresses } from './front/listen-addresses.ts'
import { readLocalAddresses } from './front/local-addresses.ts'
import { pageFactsOf } from './http/page-facts.ts'
import { createPages, isForStrangers } from './http/pages.ts'
import { rootDownload } from './http/root-download.ts'
import { createStaticFiles, type StaticFiles } from './http/static-files.ts'
import { loadWebApp } from './http/web-cache.ts'
import { MemoryPeopleHub } from './hub/memory-people.ts'
import { MemoryHub } from './hub/memory.ts'
import { createIceServers } from './ice-servers.ts'
import { loadLargeParts } from './large-parts.ts'
import { openMediaService, srsPorts } from './media/media-service.ts'
import { MediaTokens } from './media/tokens.ts'
import { startNatDiscovery } from './nat-discovery.ts'
import { udpNetworks } from './one-port.ts'
import { openPreHook, openProxy } from './open-proxy.ts'
import { readAddresses } from './ops/addresses.ts'
import { banner } from './ops/banner.ts'
import { version } from './ops/version.ts'
import { PEOPLE_LIMITS, PEOPLE_UNLIMITED } from './people/limits.ts'
import { Switchboard } from './people/switchboard.ts'
import { openGateways } from './open-gateways.ts'
import { RelayGrants } from './relay-grants/index.ts'
import { createRoomAccess } from './rooms/access.ts'
import { followAddresses } from './reach/follow-addresses.ts'
import { closeRoom } from './rooms/close.ts'
import { openPush } from './push/index.ts'
import { loadSecrets } from './secrets.ts'
import { openStore, type Store } from './store/index.ts'
import { turnSecretsOf } from './turn-secrets.ts'
import { startTurn, tlsOf, turnGuests } from './turn.ts'
import { turnsHost } from './turns-host.ts'

/** A server whose ports are open. */
export interface RunningServer {
  /** What a person must know now: addresses, ports, certificate. */
  banner: string
  /** Sends its clients away to come back, then closes everything. Idempotent. */
  close(): Promise<void>
}

/** Puts the whole server together. Rejects with a StartError when it can't run. `spare`: a thread to relay in. */
export async function startServer(
  config: Config,
  logger: Logger,
  spare?: SpareWorker,
): Promise<RunningServer> {
  const dataDirectory = openDataDirectory(config.data)
  const secrets = loadSecrets(dataDirectory)
  const clock = systemClock
  const certificates = await openCertificates({ config, dataDirectory, clock, logger })
  const [certificate, ...otherCertificates] = certificates.all
  const recordingsDirectory = openRecordingsDirectory(config, dataDirectory)
  const staticFiles = openStaticFiles(config, [
    dataDirectory,
    ...(recordingsDirectory ? [recordingsDirectory.path] : []),
  ])

  const localAddresses = readLocalAddresses()
  const ips = await listenAddresses(config.host)
  const turnSecrets = turnSecretsOf(config, secrets)
  const nonceKey = secrets.keyFor('turn nonces')
  const networks = udpNetworks(config)
  // Threads that relay start while the database opens and more is loaded.
  const [turn, store] = await Promise.all([
    startTurn({
      config,
      ips,
      certificate,
      localAddresses,
      secrets: turnSecrets,
      nonceKey,
      network: networks.turn,
      spare,
      logger: logger.with({ part: 'turn' }),
    }),
    openStore({
      database: config.database,
      dataDirectory,
      people: config.people,
      clock,
      logger: logger.with({ part: 'store' }),
    }),
    loadLargeParts(config),
  ])
  const hub = new MemoryHub(logger)
  const relays = new RelayGrants({
    policy: turn?.server,
    makeIceServers: createIceServers({
      turnPort: turn?.port,
      turnsPort: turn?.turnsPort,
      isTurnsTrusted: () => config.turns === 'always' || !certificates.all[0]?.isSelfSigned,
      turnsHost: (name) => turnsHost(certificates.all[0], name),
      secret: turnSecrets[0],
      others: config.turnServers,
      localHost:
        config.host.length > 0 ? undefined : (localAddresses.lan[0] ?? localAddresses.global[0]),
      clock: systemClock,
    }),
    hub,
    clock: systemClock,
  })
  const natDiscovery = await startNatDiscovery({
    ips,
    localAddresses,
    turnPort: turn?.port,
    logger: logger.with({ part: 'turn' }),
  })
  const push = openPush({
    store,
    dataDirectory,
    allow: config.pushAllow,
    origin: () => addresses.best,
    clock,
    logger: logger.with({ part: 'push' }),
  })
  const people = new Switchboard({
    wake: push,
    people: new MemoryPeopleHub(logger),
    rooms: hub,
    stores: store,
    mode: config.people,
    clock,
    logger: logger.with({ part: 'people' }),
    limits: config.limits === 'on' ? PEOPLE_LIMITS : PEOPLE_UNLIMITED,
  })
  const parts = openAccounts({
    store,
    people,
    markKey: secrets.keyFor('device marks'),
    registration: config.registration,
    isLimited: config.limits === 'on',
    clock,
    logger: logger.with({ part: 'accounts' }),
  })
  const { identify } = parts
  const access = createRoomAccess({
    rooms: store.rooms,
    people,
    openedBy: config.rooms,
    clock,
    logger,
  })
  const casts = new Casts({
    hub,
    key: secrets.keyFor('cast codes'),
    clock,
    logger: logger.with({ part: 'casts' }),
    limits: config.limits === 'on' ? CAST_LIMITS : CAST_UNLIMITED,
  })
  const mediaTokens = new MediaTokens(secrets.keyFor('media tokens'), clock)
  const media = await openMediaService({
    config,
    ips,
    localAddresses,
    createMediaServer: async (settings) =>
      (await import('@duet/media')).createMediaServer({
        ...settings,
        ...(networks.media ? { network: networks.media } : {}),
        clock: steadyClock,
      }),
    tokens: mediaTokens,
    hub,
    access,
    identify,
    openIceClient: relays.open,
    isLive: (stream): boolean => captures.liveRooms?.isOpen(stream) ?? false,
    clock,
    logger: logger.with({ part: 'media' }),
  })
  const checks = openCheckServices({
    config,
    media: media.media,
    tokens: mediaTokens,
    localAddresses,
    clock,
  })
  const captureLogger = logger.with({ part: 'captures' })
  let publicIps = publicIpsOf(config)
  const captures: Captures = openCaptures({
    config,
    dataDirectory,
    recordingsDirectory,
    store,
    media,
    loadTools: () => import('@duet/capture'),
    clock,
    frameClock: steadyClock,
    logger: captureLogger,
    tell: createTellCapture(hub, captureLogger),
    publicIps: () => publicIps,
  })
  const stopCapturing = captures.service && watchCaptures(hub, captures.service)
  const api = createApi({
    routes: [
      ...accountRoutes({
        ...parts,
        store,
        people,
        clock,
        onRoomClosed: (name) => closeRoom(hub, name, logger),
        rooms: config.rooms,
        peopleMode: config.people,
        bestOrigin: () => addresses.best,
      }),
      ...pushRoutes(push),
      ...recordingRoutes(captures.recordings),
      ...liveRoutes(captures.liveRooms),
      ...checkRoutes(checks),
      ...relayRoutes(turn && (() => turn.server.stats())),
    ],
    identify,
    deviceOf: parts.deviceOf,
    clock,
    logger: logger.with({ part: 'api' }),
    isLimited: config.limits === 'on',
  })
  const gateways = openGateways({
    config,
    secrets,
    hub,
    relays,
    people,
    access,
    casts,
    media,
    captures: captures.service?.offered ?? [],
    accounts: parts,
    clock,
    logger,
  })

  const routes = gateways.flatMap((gateway) => gateway.routes)
  const httpRoutes = [
    ...certificates.httpRoutes,
    rootDownload(() => certificates.root?.der),
    ...media.httpRoutes,
    api,
    ...gateways.flatMap((gateway) => gateway.httpRoutes),
  ]
  const proxyLogger = logger.with({ part: 'proxy' })
  const opened = await openProxy({ config, routes, httpRoutes, clock, logger: proxyLogger })
  const front = createFront({
    hosts: config.host,
    httpPorts: config.http,
    httpsPorts: config.https,
    extraPorts: srsPorts(config),
    guests: turn && { ports: sharedPorts(config), guests: turnGuests(turn.server) },
    tls: certificates.all,
    routes,
    httpRoutes,
    proxy: opened?.proxy,
    preHook: openPreHook(config, clock, logger.with({ part: 'pre-hook' })),
    respond: createPages({
      app: loadWebApp(logger),
      facts: () => pageFacts,
      staticFiles,
      liveFiles: captures.liveFiles,
      isRestElsewhere: opened?.proxy.rest !== undefined,
      logger,
    }),
    isPlainAllowed: (path) => certificates.root !== undefined && isForStrangers(path),
    isTrustedProxy: createNetworkTest(config.trustProxy),
    clock,
    logger,
  })
  const { listeners } = front
  const { domain: domains } = config
  let addresses = readAddresses({ listeners, certificate, domains, localAddresses, publicIps })
  let pageFacts = pageFactsOf(addresses, certificates)

  const stopWatching = certificates.watch({
    onChange(all) {
      front.setTls(all)
      if (all[0]) {
        turn?.server.setTls(tlsOf(all[0])).catch((error: unknown) => {
          const reason = messageOf(error)
          logger.error('TURN over TLS goes on with the certificate before', { reason })
        })
      }
      pageFacts = pageFactsOf(addresses, certificates)
    },
    onAnswers: (answers) => front.setAnswers(answers),
  })

  const origin = addresses.best ?? addresses.local
  await keepOrigin(store.settings, origin)
  const stopFollowing = followAddresses({
    config,
    ips,
    turn,
    media: media.media,
    httpsPort: listeners.find(({ scheme, host }) => scheme === 'https' && !isLocalName(host ?? ''))
      ?.port,
    certificates: () => certificates.all,
    secret: turnSecrets[0],
    onFound(found, local) {
      publicIps = found
      const before = addresses.public
      addresses = readAddresses({
        listeners,
        certificate: certificates.all[0],
        domains,
        localAddresses: local,
        publicIps: found,
      })
      pageFacts = pageFactsOf(addresses, certificates)
      if (addresses.public === before || addresses.public === undefined) return
      logger.info(`pages open from anywhere at ${addresses.public}`)
      keepOrigin(store.settings, addresses.best).catch((error: unknown) =>
        logger.warn('the origin could not be kept', { error: messageOf(error) }),
      )
    },
    clock,
    logger: logger.with({ part: 'addresses' }),
  })

  return {
    banner: banner({
      version,
      addresses,
      listeners,
      certificate,
      domains,
      otherCertificates,
      root: certificates.root,
      turn: turn && { ...turn, relayPorts: config.relayPorts },
      mediaPort: media.media?.port,
      natPorts: natDiscovery?.ports ?? [],
      proxyRules: opened?.rules ?? [],
      preHook: config.preHook,
      administratorLink: await administratorLink(parts.links, store, origin),
      isLimited: config.limits === 'on',
    }),
    async close() {
      stopWatching()
      stopFollowing()
      checks.media?.streams.close()
      parts.close()
      front.stopAccepting()
      await Promise.all(gateways.map((gateway) => gateway.close()))
      stopCapturing?.()
      await Promise.all([captures.close(), media.close()])
      opened?.proxy.close()
      casts.close()
      await people.close()
      await front.close()
      await store.close()
      natDiscovery?.close()
      await turn?.server.close()
    },
  }
}

/** A link that makes the first administrator, as long as there is none. */
async function administratorLink(
  links: Links,
  { accounts }: Store,
  origin: string | undefined,
): Promise<string | undefined> {
  if (origin === undefined || (await accounts.hasAdministrator())) return undefined
  return `${origin}${await links.administrator()}`
}

/** The directory of --static, which must hold none of what is kept for us alone. */
function openStaticFiles(config: Config, own: readonly string[]): StaticFiles | undefined {
  if (config.static === undefined) return undefined
  const secretPaths = [...own, ...tlsPairs(config).map(({ key }) => key)]
  return createStaticFiles({ directory: config.static, secretPaths })
}
