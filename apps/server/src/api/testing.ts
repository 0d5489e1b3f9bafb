import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeClock, silentLogger, type LogRecord, createLogger } from '@duet/base'
import type { UserId } from '@duet/rules'
import { openAccounts, type AccountParts } from '../accounts/open-accounts.ts'
import type { RegistrationMode } from '../accounts/registration.ts'
import type { LiveRooms } from '../captures/live-rooms.ts'
import type { RequestContext } from '../front/socket.ts'
import { MemoryHub } from '../hub/memory.ts'
import { MemoryPeopleHub } from '../hub/memory-people.ts'
import type { SignOut } from '../people/people.ts'
import type { PeopleMode } from '../people/sight.ts'
import { RecordingAccess } from '../captures/recording-access.ts'
import { Recordings } from '../captures/recordings.ts'
import { RecordingsDirectory } from '../captures/recordings-directory.ts'
import { FakeTools } from '../captures/testing/fake-tools.ts'
import { openPush } from '../push/index.ts'
import { Switchboard } from '../people/switchboard.ts'
import { createTestStore } from '../store/testing/create-test-store.ts'
import type { Store } from '../store/store.ts'
import type { PersonInfo } from '@duet/protocol'
import type { Conversation, Message } from '../store/message-store.ts'
import type { HistoryCall } from './history.ts'
import type { Self } from './self.ts'
import {
  accountRoutes,
  checkRoutes,
  createApi,
  liveRoutes,
  pushRoutes,
  recordingRoutes,
  relayRoutes,
  type ApiRoutes,
} from './index.ts'
import type { CheckServices } from '../checks/check-services.ts'
import type { RecordingInfo } from './recording-routes.ts'
import type { ReadRelay } from './relay-routes.ts'

export const ORIGIN = 'https://duet.example'
export const PASSWORD = 'correct horse'

export const RECORDINGS_KEEP_MS = 86_400_000

export interface AskOptions {
  body?: unknown
  /** In place of `body`: these very bytes. */
  raw?: string
  cookie?: string
  address?: string
  /** Null: no such header. */
  origin?: string | null
  headers?: Record<string, string>
}

/** What endpoints answer, each some of it. */
interface AnswerJson {
  error: { code: string; message: string }
  user: Self
  registration: string
  mayAllWriteToAll: boolean
  hasAdministrator: boolean
  rooms: { name: string }[]
  room: { name: string }
  people: PersonInfo[]
  users: (Self & { createdAt: number; lastSeenAt: number | null })[]
  logins: { id: number; label: string; address: string; isCurrent: boolean }[]
  contact: string
  id: UserId
  conversations: Conversation[]
  messages: Message[]
  calls: HistoryCall[]
  isOffered: boolean
  recordings: RecordingInfo[]
  recording: RecordingInfo
  call: HistoryCall
  reports: { userId: UserId; figures: unknown }[]
  isValid: boolean
  name: string
  url: string
}

/** An answer, read. */
export interface Answer {
  status: number
  json: AnswerJson
  text: string
  headers: Headers
  /** What a browser would send from now on. */
  cookie: string
}

/** Somebody with an account, logged in. */
export interface TestUser {
  id: UserId
  name: string
  cookie: string
}

/** The API on a store of its own, without ports. */
export interface TestApi {
  store: Store
  people: Switchboard
  parts: AccountParts
  clock: FakeClock
  routes: ApiRoutes
  signOuts: SignOut[]
  recordings: Recordings
  /** Those who knock there were told. */
  closedRooms: string[]
  logs: LogRecord[]
  ask(request: string, options?: AskOptions): Promise<Answer>
  /** With the password PASSWORD, as fast as can be. */
  join(name: string): Promise<TestUser>
  /** As people do it. */
  register(name: string, more?: Record<string, unknown>): Promise<TestUser>
  makeAdministrator(user: TestUser): Promise<void>
  close(): Promise<void>
}

/** For tests. */
export async function openTestApi(
  options: {
    registration?: RegistrationMode
    peopleMode?: PeopleMode
    isLimited?: boolean
    /** False: with `--recordings off`. */
    hasRecordings?: boolean
    /** Wraps the store, to make it fail. */
    wrap?: (store: Store) => Store
    liveRooms?: LiveRooms
    /** A media server that is tried, and by whom. */
    checks?: Partial<Pick<CheckServices, 'media' | 'openTo' | 'isLimited'>>
    relay?: ReadRelay
  } = {},
): Promise<TestApi> {
  const clock = new FakeClock()
  const opened = await createTestStore(clock)
  const store = options.wrap?.(opened) ?? opened
  const mode = options.peopleMode ?? 'everyone'
  const logs: LogRecord[] = []
  const logger = createLogger('debug', (record) => logs.push(record))
  const people = new Switchboard({
    people: new MemoryPeopleHub(silentLogger),
    rooms: new MemoryHub(silentLogger),
    stores: store,
    mode,
    clock,
    logger: silentLogger,
  })
  const signOuts: SignOut[] = []
  people.onSignOut((signOut) => signOuts.push(signOut))
  const isLimited = options.isLimited ?? false
  const parts = openAccounts({
    store,
    people,
    markKey: Buffer.alloc(32, 1),
    registration: options.registration ?? 'open',
    isLimited,
    clock,
    logger,
  })
  const dataDirectory = mkdtempSync(join(tmpdir(), 'duet-api-'))
  const push = openPush({
    store,
    dataDirectory,
    allow: [],
    origin: () => ORIGIN,
    clock,
    logger: silentLogger,
  })
  const closedRooms: string[] = []
  const account = accountRoutes({
    ...parts,
    store,
    people,
    clock,
    onRoomClosed: (name) => closedRooms.push(name),
    rooms: 'everyone',
    peopleMode: mode,
    bestOrigin: () => ORIGIN,
  })
  const recordings = new Recordings({
    store: store.recordings,
    directory: new RecordingsDirectory(join(dataDirectory, 'recordings')),
    loadTools: () => Promise.resolve(new FakeTools()),
    ffmpeg: undefined,
    keepMs: RECORDINGS_KEEP_MS,
    maxBytes: null,
    clock,
    logger,
  })
  const access = new RecordingAccess(recordings, clock, isLimited)
  const routes = [
    ...account,
    ...pushRoutes(push),
    ...recordingRoutes(options.hasRecordings === false ? undefined : { recordings, access }),
    ...liveRoutes(options.liveRooms),
    ...checkRoutes({
      media: options.checks?.media,
      version: '1.2.3',
      openTo: options.checks?.openTo ?? 'everyone',
      isLimited: options.checks?.isLimited ?? isLimited,
      clock,
    }),
    ...relayRoutes(options.relay),
  ]
  const { identify, deviceOf } = parts
  const api = createApi({ routes, identify, deviceOf, clock, logger, isLimited })

  const ask = async (request: string, more: AskOptions = {}): Promise<Answer> => {
    const [method = '', path = ''] = request.split(' ')
    const url = new URL(path, ORIGIN)
    const origin = more.origin === undefined ? ORIGIN : more.origin
    const headers = new Headers({
      ...(method !== 'GET' && { 'content-type': 'application/json' }),
      ...(origin !== null && { origin }),
      ...(more.cookie !== undefined && { cookie: more.cookie }),
      ...more.headers,
    })
    const body = more.raw ?? (more.body === undefined ? undefined : JSON.stringify(more.body))
    const context: RequestContext = {
      url,
      headers,
      address: more.address ?? '203.0.113.1',
      isSecure: true,
      host: url.host,
    }
    const sent = new Request(url, {
      method,
      headers,
      body: method === 'GET' ? null : (body ?? null),
    })
    return read(await api.respond(context, sent))
  }

  return {
    store,
    people,
    parts,
    clock,
    routes,
    signOuts,
    closedRooms,
    recordings,
    logs,
    ask,
    async register(name, more = {}) {
      const answer = await ask('POST /api/register', {
        body: { name, password: PASSWORD, ...more },
      })
      if (answer.status !== 201) throw new Error(`${name} was not registered: ${answer.text}`)
      return { id: answer.json.user.id, name: answer.json.user.name, cookie: answer.cookie }
    },
    async join(name) {
      const user = await store.accounts.createUser({
        name,
        displayName: name,
        passwordHash: await (cheapHash ??= hashCheaply()),
        isAdministrator: false,
      })
      people.userChanged(user)
      const client = { address: '203.0.113.1', userAgent: '', deviceMark: undefined }
      const { token, deviceMark } = await parts.logins.begin(user, client)
      const cookie = `__Host-duet=${token}; __Host-duet-device=${deviceMark}`
      return { id: user.id, name, cookie }
    },
    async makeAdministrator(user) {
      await store.accounts.updateUser(user.id, { isAdministrator: true })
    },
    async close() {
      recordings.close()
      parts.close()
      await people.close()
      await opened.close()
      rmSync(dataDirectory, { recursive: true })
    },
  }
}

let cheapHash: Promise<string> | undefined

/** Real hashes take as long as they should. */
function hashCheaply(): Promise<string> {
  return Bun.password.hash(PASSWORD, { algorithm: 'argon2id', memoryCost: 8, timeCost: 1 })
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return {
    status: response.status,
    json: (isJson ? JSON.parse(text) : {}) as AnswerJson,
    text,
    headers: response.headers,
    cookie: response.headers
      .getSetCookie()
      .map((header) => header.split(';')[0])
      .join('; '),
  }
}
