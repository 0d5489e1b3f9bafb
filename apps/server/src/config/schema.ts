import { LOG_LEVELS } from '@duet/base'
import { acmeDirectory, domainName, mailAddress } from './acme.ts'
import { database } from './database.ts'
import { ownUrl } from './own-url.ts'
import { proxyRule } from './proxy-rule.ts'
import { publicIp } from './public-ip.ts'
import { stunServer } from './stun-server.ts'
import { turnSecret, turnServer } from './turn-server.ts'
import { turnRealm, turnUser } from './turn-user.ts'
import {
  choice,
  choiceOrOff,
  count,
  countTo,
  durationOrOff,
  listenHost,
  network,
  path,
  pathOrOff,
  port,
  portRange,
  rateOrOff,
  sizeOrOff,
  urlPath,
  type ValueType,
} from './value-types.ts'

interface Common<Value> {
  type: ValueType<Value>
  /** One plain sentence. */
  about: string
}

/** Given once at most, and has a default. */
interface Single<Value> extends Common<Value> {
  arity: 'single'
  default: string
}

/** Given once at most, and may be missing. */
interface Optional<Value> extends Common<Value> {
  arity: 'optional'
}

/** Given any number of times; a null among the values (`off`) stands for none. */
interface List<Value> extends Common<Value> {
  arity: 'list'
  /** Stands between values that are given as one text. */
  separator: 'comma' | 'line break'
  default: readonly string[]
}

/** One option: flag, variable and documentation follow from its key. */
export type Option<Value = unknown> = Single<Value> | Optional<Value> | List<Value>

const single = <Value>(type: ValueType<Value>, preset: string, about: string): Single<Value> => ({
  arity: 'single',
  type,
  default: preset,
  about,
})

const optional = <Value>(type: ValueType<Value>, about: string): Optional<Value> => ({
  arity: 'optional',
  type,
  about,
})

const list = <Value>(
  type: ValueType<Value>,
  preset: readonly string[],
  about: string,
): List<Value> => ({ arity: 'list', separator: 'comma', type, default: preset, about })

/** For values that may hold commas. */
const lines = <Value>(type: ValueType<Value>, about: string): List<Value> => ({
  arity: 'list',
  separator: 'line break',
  type,
  default: [],
  about,
})

/** Loopback, private and link-local networks: where a reverse proxy of one's own stands. */
const OWN_NETWORKS = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
]

const CALLBACK_URL = ownUrl('http://127.0.0.1:8085/sessions')

/** Every option of the server, in the order of `--help` and of docs/configuration.md. */
export const SCHEMA = {
  host: list(
    listenHost,
    [],
    'Address to listen on; every address of the machine when none is given.',
  ),
  http: list(port, ['8080'], 'Port for HTTP; 0 takes any free one. With --domain 80 by default.'),
  https: list(
    port,
    ['8443'],
    'Port for HTTPS; 0 takes any free one. With --domain 443 by default.',
  ),
  turnPort: single(
    port,
    '3478',
    'Port for STUN and TURN over UDP and TCP; 0 takes any free one. It may be a port of --https.',
  ),
  turnsPort: single(
    port,
    '5349',
    'Port for TURN over TLS; 0 takes any free one. With a port of --https the two share it, told ' +
      'apart by the first bytes, for networks that let nothing else out; HTTPS then costs more.',
  ),
  relayPorts: single(
    portRange,
    '49160-49259',
    'UDP ports of relayed calls; a call needs up to four.',
  ),
  mediaPort: single(
    port,
    '8000',
    'UDP port of the media server, which clients of WHIP, WHEP and SRS’s API publish to and play ' +
      'from; 0 takes any free one, and the one of --turn-port serves both.',
  ),
  publicIp: list(
    publicIp,
    ['auto'],
    'Address under which the internet reaches this machine; auto finds it, off is without.',
  ),
  stunServers: list(
    stunServer,
    [
      'stun.l.google.com:19302',
      'stun.cloudflare.com:3478',
      'stun.nextcloud.com:3478',
      'stun.miwifi.com:3478',
    ],
    'STUN server that is asked for the public address where no interface has one; two must ' +
      'agree. off asks nobody.',
  ),
  data: single(path, './data', 'Directory for the certificate, the secret and all other data.'),
  database: single(
    database,
    'sqlite',
    'Where accounts, messages and calls are kept: sqlite is a file in the data directory; ' +
      'otherwise the URL of a PostgreSQL or MySQL (MariaDB) database.',
  ),
  tlsCert: lines(
    path,
    'PEM file of a certificate with its chain, in place of the self-signed one. Given several ' +
      'times, browsers get the one for the name that they ask for, and the first one otherwise.',
  ),
  tlsKey: lines(path, 'PEM file of the private key of --tls-cert; several in the same order.'),
  domain: list(
    domainName,
    [],
    'Name of this server in the internet, for which a certificate is got and renewed by ACME; ' +
      'that agrees to the terms of the authority, Let’s Encrypt unless said.',
  ),
  acmeDirectory: single(
    acmeDirectory,
    'letsencrypt',
    'ACME authority of --domain: letsencrypt, letsencrypt-staging for trials, or the URL of the ' +
      'directory of another one.',
  ),
  acmeChallenge: single(
    choice('auto', 'http-01', 'tls-alpn-01'),
    'auto',
    'How the authority checks --domain: at port 80 (http-01) or at port 443 (tls-alpn-01) of each ' +
      'name; auto tries both.',
  ),
  acmeEmail: optional(mailAddress, 'Mail address that the ACME authority may write to.'),
  acmeCa: optional(path, 'PEM file that an ACME authority of your own is trusted by.'),
  turnUser: lines(
    turnUser,
    'Fixed TURN login, for pages and devices that have one written into them; quoted where a ' +
      'shell would change it.',
  ),
  turnSecret: lines(
    turnSecret,
    'Secret of TURN credentials, shared with other TURN servers; one of the server’s own if nothing ' +
      'is said. The first one signs, all of them are accepted: so a new one is brought in before ' +
      'the old one goes.',
  ),
  turnServers: list(
    turnServer,
    [],
    'URL of another TURN server that knows the secret, such as a coturn: handed to clients beside ' +
      'this server’s own, or in its place with --turn-port off. duet coturn-config prints its ' +
      'configuration.',
  ),
  turnRate: single(rateOrOff, 'off', 'How much all relayed calls together may take.'),
  turnRatePerUser: single(
    rateOrOff,
    '80Mbit/s',
    'How much one client may have relayed, both directions together.',
  ),
  turnRatePerIp: single(
    rateOrOff,
    '400Mbit/s',
    'How much all clients at one IP address (of IPv6, one /64) may have relayed.',
  ),
  turnWorkers: single(
    countTo(16),
    '1',
    'Threads that relay, beside the one that does everything else, each on a core of its own where ' +
      'there is one; 0 relays in that one, as when TURN shares a port with HTTPS or the media server.',
  ),
  turnRealm: single(turnRealm, 'duet', 'Realm of the TURN server.'),
  turnAllowPeers: list(network, [], 'Network that relayed calls may reach though it is private.'),
  turns: single(
    choice('auto', 'always', 'never'),
    'auto',
    'Whether browsers are told of TURN over TLS; auto does so with --tls-cert or --domain only, ' +
      'because they refuse it behind a certificate that they don’t trust.',
  ),
  trustProxy: list(
    network,
    OWN_NETWORKS,
    'Network whose X-Forwarded-For, -Proto and -Host are believed; off believes nobody.',
  ),
  limits: single(
    choice('on', 'off'),
    'on',
    'Rate limits; off is for benchmarks, on loopback hosts or inside a network namespace only.',
  ),
  dialects: list(
    choiceOrOff('room', 'topic', 'messages', 'cast', 'srs'),
    ['room', 'topic', 'messages', 'cast', 'srs'],
    'Wire dialects of existing clients that are served beside Duet’s own: room (Socket.IO), ' +
      'topic (publish and subscribe over WebSocket), messages (accounts and ringing over ' +
      'WebSocket), cast (a screen on a TV by code, over Socket.IO), srs (calls through the media ' +
      'server, and SRS’s HTTP API); off serves none.',
  ),
  topicPath: optional(urlPath, 'One more path, beside /, at which the topic dialect is served.'),
  topicCapacity: single(
    count,
    '2',
    'Subscribers of one room- subject that hear each other; 0 restores plain publish and ' +
      'subscribe. With any number but 2 these subjects are apart from the other dialects’ rooms.',
  ),
  srsApiPort: single(
    port,
    '1985',
    'One more port for plain HTTP, where clients of the srs dialect expect its API; in use by ' +
      'others, it is done without. 0 takes any free one.',
  ),
  srsPort: single(
    port,
    '1989',
    'One more port for plain HTTP, where clients of the srs dialect expect its signaling and ' +
      'pages; in use by others, it is done without. 0 takes any free one.',
  ),
  srsAccess: single(
    choice('open', 'token'),
    'open',
    'Who may publish and play at the addresses of the srs dialect: everybody, as its clients ' +
      'expect, but for streams of people in Duet’s own calls; or who has a token.',
  ),
  onPublish: lines(
    CALLBACK_URL,
    'URL that is asked whether a client may publish; only an answer 0 lets it.',
  ),
  onUnpublish: lines(CALLBACK_URL, 'URL that is told when a client publishes no longer.'),
  onPlay: lines(
    CALLBACK_URL,
    'URL that is asked whether a client may play; only an answer 0 lets it.',
  ),
  onStop: lines(CALLBACK_URL, 'URL that is told when a client plays no longer.'),
  srsCapacity: single(
    count,
    '0',
    'Participants of one room of the srs dialect; 0 sets no cap. With a member of another ' +
      'dialect in it a room has two seats all the same.',
  ),
  registration: single(
    choice('open', 'invitation', 'closed'),
    'open',
    'Who may make an account, until an administrator chooses otherwise on the page: everybody, ' +
      'those who were invited by a link, nobody.',
  ),
  people: single(
    choice('everyone', 'contacts'),
    'everyone',
    'Who sees whom: all accounts each other, or only those who agreed to it.',
  ),
  rooms: single(
    choice('everyone', 'accounts'),
    'everyone',
    'Who may open rooms: everybody, or only those who are logged in; others may enter a room ' +
      'that is open.',
  ),
  pushAllow: list(
    network,
    [],
    'Network that notifications of calls may be sent to though it is private: where a push ' +
      'service of your own stands.',
  ),
  recordings: optional(
    pathOrOff,
    'Directory for recordings of calls, recordings in the data directory if nothing is said; off ' +
      'lets nobody record. Recording needs the media server.',
  ),
  recordingsKeep: single(
    durationOrOff,
    '30d',
    'How long a recording is kept after its end; off keeps it until somebody deletes it.',
  ),
  recordingsMax: single(
    sizeOrOff,
    '10GB',
    'How much all recordings may take together: past that the oldest ones go; off sets no bound.',
  ),
  live: single(
    choice('on', 'off'),
    'on',
    'Whether calls can be shown live to viewers, which needs the media server and ffmpeg.',
  ),
  livePushAllow: list(
    network,
    [],
    'Network that calls may be broadcast to though it is private: where an RTMP server of your own ' +
      'stands.',
  ),
  ffmpeg: optional(
    path,
    'The ffmpeg program, which merges recordings and makes live pictures; the one that is ' +
      'installed if nothing is said.',
  ),
  static: optional(
    path,
    'Directory with web pages of your own, served under the web ports beside Duet’s pages.',
  ),
  proxy: lines(
    proxyRule,
    'Passes what is below a path on to another server, WebSockets included; the first rule that ' +
      'fits counts, and goes before addresses of Duet’s own. With / as the path it gets what Duet ' +
      'has nothing for.',
  ),
  preHook: optional(
    ownUrl('http://127.0.0.1:8085/allow'),
    'URL that is asked whether a request may pass, before anything else answers it; only an ' +
      'answer 0 lets it.',
  ),
  logLevel: single(choice(...LOG_LEVELS), 'info', 'How much is logged to standard error.'),
} as const

export type OptionKey = keyof typeof SCHEMA

type ValueOf<Declared> =
  Declared extends Single<infer Value>
    ? Value
    : Declared extends Optional<infer Value>
      ? Value | undefined
      : Declared extends List<infer Value>
        ? readonly NonNullable<Value>[]
        : never

/** All settings of the server, read once and frozen. */
export type Config = { readonly [Key in OptionKey]: ValueOf<(typeof SCHEMA)[Key]> }

/** `turnPort` as `--turn-port`. */
export function flagOf(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** `turnPort` as `DUET_TURN_PORT`. */
export function variableOf(key: string): string {
  return `DUET_${flagOf(key).slice(2).replaceAll('-', '_').toUpperCase()}`
}
