import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { until } from '../testing/until.ts'
import { CALLBACK_TIMEOUT_MS, MAX_CALLBACK_ANSWER_BYTES } from './callback-post.ts'
import { MEDIA_LIMITS } from './limits.ts'
import { CallbackServer } from './testing/callback-server.ts'
import { codeOf, OFFER, Stage } from './testing/stage.ts'

const STREAM_URL = 'webrtc://host/Lake/ann?vhost=v.example&secret=s'

let server: CallbackServer
const stages: Stage[] = []

beforeEach(() => (server = new CallbackServer()))
afterEach(async () => {
  await Promise.all(stages.splice(0).map((stage) => stage.close()))
  await server.stop()
})

/** With these callbacks, all of them at the server. */
function stageWith(...flags: string[]): Stage {
  const stage = new Stage({ flags: flags.map((flag) => `--${flag} ${server.url}`).join(' ') })
  stages.push(stage)
  return stage
}

describe('MD20 asking', () => {
  test('MD20 they hear who asks for what', async () => {
    const stage = stageWith('on-publish', 'on-play')
    const headers = { referer: 'https://page.example/' }
    expect((await stage.openSrs('publish', STREAM_URL, { headers })).code).toBe(0)
    expect((await stage.openNative('play', 'lake/ann')).status).toBe(201)
    const common = {
      server_id: expect.stringMatching(/^vid-/) as string,
      client_id: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
      ip: '192.0.2.1',
      stream: 'ann',
    }
    expect(server.events).toEqual([
      {
        ...common,
        action: 'on_publish',
        vhost: 'v.example',
        app: 'Lake',
        tcUrl: 'webrtc://v.example/Lake',
        param: '?vhost=v.example&secret=s',
        stream_url: '/Lake/ann',
        pageUrl: 'https://page.example/',
      },
      {
        ...common,
        action: 'on_play',
        vhost: '__defaultVhost__',
        app: 'lake',
        tcUrl: 'webrtc://__defaultVhost__/lake',
        param: '',
        stream_url: '/lake/ann',
        pageUrl: '',
      },
    ])
    // What they hear ends no session.
    const [publisher] = stage.media.sessions()
    expect(JSON.stringify(server.events)).not.toContain(publisher?.id ?? '?')
  })

  test('MD20 the query of WHIP’s address is passed on', async () => {
    const stage = stageWith('on-publish')
    const path = '/rtc/v1/whip/?app=lake&stream=ann&secret=s'
    expect((await stage.ask('POST', path, { body: OFFER })).status).toBe(201)
    expect(server.events[0]?.param).toBe('?app=lake&stream=ann&secret=s')
  })

  const long = `0${' '.repeat(MAX_CALLBACK_ANSWER_BYTES)}`
  test.each([
    ['0', 200, 'allowed'],
    ['0', 201, 'allowed'],
    [' 0\n', 200, 'allowed'],
    ['{"code":0}', 200, 'allowed'],
    ['{"code":0,"data":{}}', 201, 'allowed'],
    ['1', 200, 'refused'],
    ['{"code":403}', 200, 'refused'],
    ['{"code":"0"}', 200, 'refused'],
    ['{}', 200, 'refused'],
    ['', 200, 'refused'],
    ['ok', 200, 'refused'],
    ['"0"', 200, 'refused'],
    ['null', 200, 'refused'],
    ['[0]', 200, 'refused'],
    ['false', 200, 'refused'],
    [long, 200, 'refused'],
    ['0', 202, 'refused'],
    ['0', 403, 'refused'],
    ['0', 404, 'refused'],
    ['0', 500, 'failed'],
    ['0', 503, 'failed'],
  ])('MD21 %j with status %i: %s', async (body, status, outcome) => {
    const stage = stageWith('on-publish', 'on-play')
    server.answer = () => new Response(body, { status })
    const codes = { allowed: 201, refused: 403, failed: 503 }
    const native = await stage.openNative('publish', 'lake/ann')
    expect(native.status).toBe(codes[outcome as keyof typeof codes])
    const { code } = await stage.openSrs('play', STREAM_URL.replace('ann', 'ben'))
    expect(code).toBe(outcome === 'allowed' ? 0 : 400)
    expect(stage.media.sessions()).toHaveLength(outcome === 'allowed' ? 2 : 0)
  })

  test('MD21 a redirect is not followed', async () => {
    const stage = stageWith('on-publish')
    server.answer = () => Response.redirect(server.url, 307)
    expect((await stage.openNative('publish', 'lake/ann')).status).toBe(403)
    expect(server.events).toHaveLength(1)
  })

  test('MD21 one that does not answer in time lets nobody in', async () => {
    const stage = stageWith('on-publish')
    const { promise, resolve } = Promise.withResolvers<Response>()
    server.answer = () => promise
    const asked = stage.openNative('publish', 'lake/ann')
    await until(() => server.events.length === 1)
    stage.clock.advance(CALLBACK_TIMEOUT_MS)
    expect([(await asked).status, await codeOf(await asked)]).toEqual([503, 'unavailable'])
    resolve(new Response('0'))
    expect(stage.media.sessions()).toEqual([])
  })

  test('MD21 one that sends its answer without end lets nobody in', async () => {
    const stage = stageWith('on-publish')
    server.answer = () =>
      new Response(
        new ReadableStream({
          async pull(controller) {
            await Bun.sleep(1)
            controller.enqueue(new TextEncoder().encode(' '.repeat(1000)))
          },
        }),
      )
    expect((await stage.openNative('publish', 'lake/ann')).status).toBe(403)
  })

  test('MD21 one that is down lets nobody in, and is named without its secret', async () => {
    const stage = stageWith('on-publish')
    await server.stop()
    expect((await stage.openNative('publish', 'lake/ann')).status).toBe(503)
    const warning = stage.records.find(({ level }) => level === 'warn')
    expect(warning?.message).toBe('a callback did not answer')
    expect(JSON.stringify(warning)).toContain('/sessions')
    expect(JSON.stringify(stage.records)).not.toContain('secret')
  })

  test('MD20 of several callbacks all have to agree, and the first refusal is enough', async () => {
    const stage = stageWith('on-publish', 'on-publish')
    server.answer = () => new Response(String(server.events.length === 3 ? 0 : 1))
    expect((await stage.openNative('publish', 'lake/ann')).status).toBe(403)
    expect(server.events).toHaveLength(1)
    server.answer = () => new Response('0')
    expect((await stage.openNative('publish', 'lake/ann')).status).toBe(201)
    expect(server.events).toHaveLength(3)
  })

  test('MD20 who may not, and a stream that is busy, are asked of nobody', async () => {
    const stage = stageWith('on-publish')
    await stage.openNative('publish', 'lake/ann')
    await stage.openNative('publish', 'lake/ann')
    await stage.ask('POST', '/whip/lake/ann', { body: OFFER })
    expect(server.events).toHaveLength(1)
  })

  test('MD20 what became true meanwhile counts', async () => {
    const stage = stageWith('on-play')
    const { promise, resolve } = Promise.withResolvers<Response>()
    server.answer = () => promise
    const asked = stage.openSrs('play', 'webrtc://host/lake/show')
    await until(() => server.events.length === 1)
    await stage.openNative('publish', 'lake/show')
    resolve(new Response('0'))
    expect((await asked).code).toBe(400)
    expect(stage.media.sessions()).toHaveLength(1)
  })

  test('MD24 only so many sessions wait for an answer', async () => {
    const stage = stageWith('on-play')
    const { promise, resolve } = Promise.withResolvers<undefined>()
    server.answer = async () => {
      await promise
      return new Response('0')
    }
    const asked = Array.from({ length: MEDIA_LIMITS.maxAsking + 1 }, (_, count) => {
      const address = `10.0.${Math.floor(count / 32)}.1`
      return stage.openSrs('play', `webrtc://h/lake/${count}`, { address })
    })
    expect(await Promise.race(asked)).toMatchObject({ code: 400 })
    resolve(undefined)
    const codes = await Promise.all(asked)
    expect(codes.filter(({ code }) => code !== 0)).toHaveLength(1)
  })
})

/** Reports that wait for another try, or did. */
function retriesOf({ records }: Stage): number {
  return records.filter(({ message }) => message === 'a callback is told again later').length
}

describe('MD22 telling', () => {
  test.each([
    ['publish', 'on-unpublish', 'on_unpublish'],
    ['play', 'on-stop', 'on_stop'],
  ] as const)('MD22 the end of a session to %s', async (kind, flag, action) => {
    const stage = stageWith('on-publish', 'on-play', flag)
    await stage.openNative(kind, 'lake/ann')
    const [session] = stage.media.sessions()
    stage.media.timeOut(session?.id ?? '')
    await until(() => server.actions.includes(action))
    const [asked, told] = server.events
    expect(told).toMatchObject({ action, client_id: asked?.client_id, app: 'lake', stream: 'ann' })
  })

  test('MD22 a session that was allowed and can’t be is told as ended', async () => {
    const stage = stageWith('on-publish', 'on-unpublish')
    expect((await stage.openNative('publish', 'lake/ann', 'hello')).status).toBe(400)
    await until(() => server.events.length === 2)
    expect(server.actions).toEqual(['on_publish', 'on_unpublish'])
  })

  test('MD22 one that was refused is not', async () => {
    const stage = stageWith('on-publish', 'on-unpublish')
    server.answer = () => new Response('1')
    await stage.openNative('publish', 'lake/ann')
    await stage.close()
    expect(server.actions).toEqual(['on_publish'])
  })

  test('MD23 it is told again when nobody hears it, and given up after the third time', async () => {
    const stage = stageWith('on-stop')
    server.answer = () => new Response('', { status: 500 })
    await stage.openNative('play', 'lake/ann')
    const before = stage.clock.pending
    stage.media.timeOut(stage.media.sessions()[0]?.id ?? '')
    for (const [tries, pauseMs] of [
      [1, 1000],
      [2, 5000],
    ] as const) {
      await until(() => retriesOf(stage) === tries)
      stage.clock.advance(pauseMs - 1)
      expect(server.events).toHaveLength(tries)
      stage.clock.advance(1)
    }
    await until(() => stage.records.some(({ message }) => message === 'a callback was not told'))
    expect(server.events).toHaveLength(3)
    expect(stage.clock.pending).toBe(before)
  })

  test('MD23 what it says to a report does not matter', async () => {
    const stage = stageWith('on-stop')
    server.answer = () => new Response('no')
    await stage.openNative('play', 'lake/ann')
    const before = stage.clock.pending
    stage.media.timeOut(stage.media.sessions()[0]?.id ?? '')
    await until(() => server.events.length === 1 && stage.clock.pending === before)
    expect(stage.records.some(({ level }) => level === 'warn')).toBe(false)
  })

  test('MD23 the end of the server tells of all sessions, once more of those that were not heard', async () => {
    const stage = stageWith('on-unpublish', 'on-stop')
    server.answer = () => new Response('', { status: 500 })
    await stage.openNative('play', 'lake/ann')
    stage.media.timeOut(stage.media.sessions()[0]?.id ?? '')
    await until(() => retriesOf(stage) === 1)
    await stage.openNative('publish', 'lake/ben')
    server.answer = () => new Response('0')
    await stage.close()
    expect(server.actions.toSorted()).toEqual(['on_stop', 'on_stop', 'on_unpublish'])
    expect(stage.clock.pending).toBe(0)
  })

  test('MD23 the end of the server does not wait for one that is silent', async () => {
    const stage = stageWith('on-stop')
    const { promise, resolve } = Promise.withResolvers<Response>()
    server.answer = () => promise
    await stage.openNative('play', 'lake/ann')
    const closing = stage.close()
    await until(() => server.events.length === 1)
    stage.clock.advance(CALLBACK_TIMEOUT_MS)
    await closing
    resolve(new Response('0'))
  })
})
