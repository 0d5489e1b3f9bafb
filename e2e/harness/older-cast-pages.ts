// Pages of variants B and C that behave as the first ones of their kind did: one peer connection,
// no restarts. With a token in the address they are of C.

const CONNECTION = `
  const $ = (id) => document.getElementById(id)
  const say = (text) => { $('state').textContent = text }
  const socket = io('/rtc')
  const token = new URLSearchParams(location.search).get('token')
  let pc
  let ice = { iceServers: [] }
  const early = []
  function connect() {
    pc = new RTCPeerConnection(ice)
    pc.onicecandidate = ({ candidate }) => {
      if (candidate) socket.emit('RTC_Candidate_Exchange', { iceCandidate: candidate })
    }
  }
  socket.on('VERIFY', () => { if (token) socket.emit('VERIFY_FEEDBACK', token) })
  socket.on('RTC_Candidate_Exchange', ({ iceCandidate }) => {
    if (pc && pc.remoteDescription) pc.addIceCandidate(iceCandidate)
    else early.push(iceCandidate)
  })
`

const TV = `
  let code
  const keep = (projCode) => {
    code = projCode
    $('code').textContent = projCode
    say('code')
  }
  socket.on('connect', () => {
    if (token) socket.emit('TV_GETINFO', { code: location.hash, token })
    else socket.emit('TV_REGISTER', code ? { code } : undefined)
  })
  socket.on('TV_REGISTER_SUCCESS', ({ projCode }) => keep(projCode))
  socket.on('TV_INFO_FEEDBACK', ({ projCode, iceConfig }) => {
    ice = iceConfig
    keep(projCode)
  })
  socket.on('CONFIG_FEEDBACK', ({ config }) => { ice = config })
  socket.on('NEW_CLIENT_JOIN', ({ username }) => say('joined ' + username))
  socket.on('USER_OFFLINE', () => {
    say('user offline')
    if (pc) pc.close()
    pc = undefined
    $('video').srcObject = null
  })
  socket.on('RTC_Client_Offer_To_TV', async ({ offer }) => {
    if (!pc) {
      connect()
      pc.ontrack = ({ streams }) => { $('video').srcObject = streams[0] }
    }
    await pc.setRemoteDescription(offer)
    for (const each of early.splice(0)) pc.addIceCandidate(each)
    const answer = await pc.createAnswer()
    await pc.setLocalDescription(answer)
    socket.emit('RTC_TV_Answer_To_Server', { answer })
  })
`

const SENDER = `
  const canvas = document.createElement('canvas')
  canvas.width = 320
  canvas.height = 240
  const context = canvas.getContext('2d')
  let hue = 0
  setInterval(() => {
    context.fillStyle = 'hsl(' + (hue = (hue + 7) % 360) + ' 100% 50%)'
    context.fillRect(0, 0, 320, 240)
  }, 40)
  socket.on('VERIFY_RESPONCE', ({ code }) => {
    if (code === 200) socket.emit('CONFIG', { uid: 1, realname: 'Ann', username: 'Ann' })
  })
  socket.on('CONFIG_FEEDBACK', ({ config }) => {
    ice = config
    say('configured')
  })
  $('start').onclick = () =>
    socket.emit('CONNECT_TO_TV', { username: 'Ann', projCode: $('code').value })
  socket.on('CONNECT_TO_TV_FAILED', ({ msg }) => say('failed: ' + msg))
  socket.on('CONNECT_TO_TV_SUCCESS', async () => {
    say('connected')
    connect()
    const stream = canvas.captureStream()
    for (const track of stream.getTracks()) pc.addTrack(track, stream)
    const offer = await pc.createOffer()
    await pc.setLocalDescription(offer)
    socket.emit('RTC_Client_Offer_To_Server', { offer })
  })
  socket.on('RTC_TV_Answer_To_Client', async ({ answer }) => {
    await pc.setRemoteDescription(answer)
    for (const each of early.splice(0)) pc.addIceCandidate(each)
  })
  socket.on('TV_OFFLINE', () => {
    say('tv offline')
    if (pc) pc.close()
    pc = undefined
  })
  $('stop').onclick = () => {
    socket.disconnect()
    if (pc) pc.close()
    say('stopped')
  }
`

/** The page of a TV: `cast-code`, `cast-video`, `cast-state`. */
export const OLDER_TV = page(
  '<b id="code" data-testid="cast-code"></b>' +
    '<video id="video" data-testid="cast-video" autoplay muted playsinline></video>',
  CONNECTION + TV,
)

/** The page of a sender: `cast-code-input`, `cast-start`, `cast-stop`, `cast-state`. */
export const OLDER_SENDER = page(
  '<input id="code" data-testid="cast-code-input">' +
    '<button id="start" data-testid="cast-start">Start</button>' +
    '<button id="stop" data-testid="cast-stop">Stop</button>',
  CONNECTION + SENDER,
)

function page(body: string, script: string): string {
  return [
    '<!doctype html><meta charset="utf-8"><title>Older page</title>',
    body,
    '<p id="state" data-testid="cast-state"></p>',
    '<script src="/socket.io/socket.io.js"></script>',
    `<script>${script}</script>`,
  ].join('\n')
}
