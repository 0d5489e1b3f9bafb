import { describe, expect, test } from 'bun:test'
import { inviteAddress, ownAddress, pagesOrigin, readSettings } from './settings.ts'

const PAGE = 'https://duet.example:8443/demos/one2one.html'

describe('the address of the page', () => {
  test('without a query: a room and a display of one’s own, on the server of the page', () => {
    const names = ['r1', 'd1']
    expect(readSettings(new URL(PAGE), () => names.shift() ?? '')).toEqual({
      room: 'r1',
      display: 'd1',
      host: 'duet.example',
      schema: undefined,
      signalingUrl: 'wss://duet.example:8443/sig/v1/rtc?room=r1&display=d1',
      isAutostart: false,
    })
    const [one, other] = [readSettings(new URL(PAGE)), readSettings(new URL(PAGE))]
    expect(one.room).toMatch(/^[\da-f]{7}$/)
    expect(new Set([one.room, one.display, other.room, other.display]).size).toBe(4)
  })

  test('everything may be named', () => {
    const query =
      '?autostart=true&room=lake&display=ann&host=srs.example:1985&schema=http&wss=ws&wsh=sig.example&wsp=1989'
    expect(readSettings(new URL(PAGE + query))).toEqual({
      room: 'lake',
      display: 'ann',
      host: 'srs.example:1985',
      schema: 'http',
      signalingUrl: 'ws://sig.example:1989/sig/v1/rtc?room=lake&display=ann',
      isAutostart: true,
    })
  })

  test.each([
    ['http://localhost:8080/', '', 'ws://localhost:8080/'],
    ['https://duet.example/', '', 'wss://duet.example/'],
    ['https://duet.example:8443/', '&wsp=443', 'wss://duet.example:443/'],
    ['https://duet.example:8443/', '&wsh=duet.example', 'wss://duet.example:8443/'],
    ['https://duet.example:8443/', '&wsh=sig.example', 'wss://sig.example/'],
    ['http://duet.example/', '&wss=wss', 'wss://duet.example/'],
  ])('signaling of %s with %p', (page, query, address) => {
    const settings = readSettings(new URL(`${page}?room=a b&display=ü${query}`))
    expect(settings.signalingUrl).toBe(`${address}sig/v1/rtc?room=a+b&display=%C3%BC`)
  })

  test.each(['', 'false', '1', 'TRUE'])('autostart=%s does not start', (value) => {
    expect(readSettings(new URL(`${PAGE}?autostart=${value}`)).isAutostart).toBe(false)
  })
})

test.each([
  ['https://a.example/demos/one2one.html', 'https://a.example'],
  ['http://a.example:8080/one2one.html?wss=wss&wsh=b.example&wsp=8443', 'https://b.example:8443'],
])('%s -> pages of the server that signals are at %s', (page, origin) => {
  expect(pagesOrigin(readSettings(new URL(page)))).toBe(origin)
})

describe('addresses that lead here', () => {
  const page = new URL(`${PAGE}?host=srs.example&autostart=true`)
  const settings = { ...readSettings(page), room: 'lake', display: 'ann' }

  test('one’s own keeps the display, so that a reload is the same participant', () => {
    const own = new URL(ownAddress(page, settings, true))
    expect(readSettings(own)).toMatchObject({ room: 'lake', display: 'ann', isAutostart: true })
    expect(own.searchParams.get('host')).toBe('srs.example')
    expect(readSettings(new URL(ownAddress(page, settings, false))).isAutostart).toBe(false)
  })

  test('somebody else’s has the room and no display', () => {
    const invite = new URL(inviteAddress(page, settings))
    expect(invite.searchParams.get('display')).toBeNull()
    expect(readSettings(invite)).toMatchObject({ room: 'lake', isAutostart: true })
  })
})
