import { MAX_DECLINE_LENGTH } from '@duet/protocol'
import type { CallId, UserId } from '@duet/rules'
import { badField, optionalText, pageOf } from './fields.ts'
import { notFound } from './api-error.ts'
import { History, type HistoryCall } from './history.ts'
import { callsAsCsv } from './history-export.ts'
import type { ApiRequest, ApiRoutes } from './route.ts'
import type { ApiServices } from './services.ts'

/** The figures of one side, in bytes. */
const MAX_REPORT_BYTES = 64 * 1024

/** Calls in one export: the latest. */
const MAX_EXPORTED = 10_000
const EXPORT_PAGE = 200

/** The history of calls. */
export function callRoutes({ store, people, clock }: ApiServices): ApiRoutes {
  const history = new History(store.accounts, store.calls)

  const ownCall = async (request: ApiRequest, user: UserId): Promise<HistoryCall> => {
    const call = await history.one(user, callIn(request))
    if (!call) throw notFound()
    return call
  }

  const allCalls = async (user: UserId): Promise<HistoryCall[]> => {
    const calls = new Map<CallId, HistoryCall>()
    for (let before: number | undefined; calls.size < MAX_EXPORTED;) {
      const page = await history.page(user, {
        ...(before !== undefined && { before }),
        limit: EXPORT_PAGE,
      })
      for (const call of page) calls.set(call.id, call)
      const last = page.at(-1)
      if (!last || page.length < EXPORT_PAGE) break
      // Calls that began in the same millisecond may stand on two pages.
      before = page[0]?.startedAt === last.startedAt ? last.startedAt : last.startedAt + 1
    }
    return [...calls.values()]
  }

  return [
    {
      method: 'GET',
      path: '/api/calls',
      access: 'user',
      async handle(request, { user }) {
        return { status: 200, json: { calls: await history.page(user.id, pageOf(request)) } }
      },
    },
    {
      method: 'DELETE',
      path: '/api/calls',
      access: 'user',
      async handle(_request, { user }) {
        await store.calls.forget(user.id)
        people.historyChanged(user.id)
        return { status: 204 }
      },
    },
    {
      method: 'POST',
      path: '/api/calls/seen',
      access: 'user',
      async handle(_request, { user }) {
        await store.calls.markSeen(user.id, clock.now())
        people.historyChanged(user.id)
        return { status: 204 }
      },
    },
    {
      method: 'GET',
      path: '/api/calls/export',
      access: 'user',
      async handle({ query }, { user }) {
        const calls = await allCalls(user.id)
        if (query.get('format') === 'csv') {
          return attachment(callsAsCsv(calls, user.id), 'text/csv; charset=utf-8', 'calls.csv')
        }
        const json = JSON.stringify({ user: user.name, calls }, undefined, 2)
        return attachment(json, 'application/json', 'calls.json')
      },
    },
    {
      method: 'GET',
      path: '/api/calls/:id',
      access: 'user',
      async handle(request, { user }) {
        const call = await ownCall(request, user.id)
        const reports = await store.calls.reportsOf(call.id)
        return {
          status: 200,
          json: {
            call,
            reports: reports.map(({ userId, at, figures }) => {
              return { userId, at, figures: JSON.parse(figures) as unknown }
            }),
          },
        }
      },
    },
    {
      method: 'DELETE',
      path: '/api/calls/:id',
      access: 'user',
      async handle(request, { user }) {
        const { id } = await ownCall(request, user.id)
        await store.calls.forget(user.id, id)
        people.historyChanged(user.id)
        return { status: 204 }
      },
    },
    {
      method: 'PUT',
      path: '/api/calls/:id/report',
      access: 'user',
      maxBodyBytes: MAX_REPORT_BYTES,
      async handle(request, { user }) {
        const { id } = await ownCall(request, user.id)
        const figures = JSON.stringify(Object.fromEntries(request.body))
        if (Buffer.byteLength(figures) > MAX_REPORT_BYTES) throw badField('the report')
        await store.calls.report(id, { userId: user.id, at: clock.now(), figures })
        return { status: 204 }
      },
    },
    {
      method: 'POST',
      path: '/api/calls/:id/decline',
      access: 'user',
      async handle(request, { user }) {
        const words = optionalText(request, 'text', MAX_DECLINE_LENGTH)
        if (people.decline(user.id, callIn(request), words)) throw notFound()
        return { status: 204 }
      },
    },
  ]
}

function callIn(request: ApiRequest): CallId {
  const id = request.param('id')
  if (/^[0-9a-f]{32}$/.test(id)) return id
  throw notFound()
}

function attachment(body: string, type: string, name: string): Response {
  return new Response(body, {
    headers: { 'content-type': type, 'content-disposition': `attachment; filename="duet-${name}"` },
  })
}
