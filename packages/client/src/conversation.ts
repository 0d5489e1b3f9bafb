import type { ClientRequest, CloseName, Peer, SeatedPeer, Signal, Welcome } from '@duet/protocol'
import { isOver, type CallInput } from './call-machine.ts'
import type { PeerGoneReason, RefusedCode, RemotePeer, Verification } from './call-state.ts'
import type { CallLink } from './call-link.ts'
import { Captures } from './captures/captures.ts'
import { Chat } from './chat.ts'
import type { ConversationOptions } from './conversation-options.ts'
import { Guests } from './guests.ts'
import { isOfStreams, Leg } from './leg.ts'
import { OtherSide } from './other-side.ts'
import { PutOut } from './put-out.ts'
import { isSeatless, Seat, type SeatEvent } from './seat.ts'

/**
 * What happens in the room: turns the server's words and the peer's into a seat, a peer, a
 * connection to it and lines of text (docs/protocol.md, rules R).
 */
export class Conversation {
  readonly seat: Seat
  readonly leg: Leg
  readonly guests: Guests
  readonly captures: Captures
  readonly #options: ConversationOptions
  readonly #other: OtherSide
  readonly #chat: Chat
  readonly #putOut = new PutOut((request) => this.seat.send(request))

  constructor(options: ConversationOptions) {
    this.#options = options
    const { clock, events } = options
    this.guests = new Guests({
      send: (request) => this.seat.send(request),
      onChange: (guests) => events.emit('guests', guests),
    })
    this.captures = new Captures({
      ...options,
      peer: () => this.#other.id,
      mediaPath: () => this.leg.link?.mediaPath,
      send: (request) => this.seat.send(request),
      onChange: (capture) => events.emit('capture', capture),
      onRefused: (code) => events.emit('refused', code),
    })
    this.#other = new OtherSide({
      clock,
      tellHearing: (peer, hears) => this.seat.send({ type: 'hearing', peer, hears }),
      onLost: () => this.#onPeerGone('lost'),
    })
    this.#chat = new Chat({
      ...options,
      isPeerKeyless: () => this.leg.link?.isPeerKeyless === true,
      send: (request) => this.seat.send(request),
      onLine: (line) => events.emit('chat', line),
      onUnreadable: () => events.emit('refused', 'chat-unreadable'),
    })
    this.leg = this.#createLeg()
    this.seat = new Seat({
      ...options,
      onEvent: (event) => this.#onServerEvent(event),
      onWelcome: (welcome) => this.#onWelcome(welcome),
      onLost: (unsaid) => this.#onSeatLost(unsaid),
      onRefused: (reason) => this.#onRefused(reason),
      onSignaling: (state) => events.emit('signaling', state),
    })
  }

  get peer(): RemotePeer | null {
    return this.#other.remote
  }

  get isPeerDuet(): boolean {
    return this.#other.isDuet
  }

  get verification(): Verification {
    return (this.peer && this.leg.link?.verification) || { name: 'none' }
  }

  /** True while what is said is sealed with the link's key. */
  get isChatSealed(): boolean {
    return this.#chat.isSealed
  }

  /** Makes the peer connection in advance: permission is given, so it offers all candidates. */
  prepare(): void {
    if (isOver(this.#options.state())) this.leg.fresh()
  }

  /** Takes a seat; the peer connection is made meanwhile, where it was not prepared. */
  begin(name: string, wait: boolean): void {
    this.seat.take(name, wait)
    this.leg.fresh()
    this.#options.input({ type: 'join' })
  }

  /** Says a line, while somebody is there. */
  say(text: string, name: string): void {
    if (this.peer) this.#chat.say(text, name)
    else this.#options.events.emit('refused', 'no-such-peer')
  }

  /** The browser says that the network is another one. */
  networkChanged(): void {
    this.seat.probe()
    if (this.peer) this.leg.link?.restartIce()
  }

  /** The receiver of a cast puts the sender out. */
  dismiss(): void {
    const { id, tag } = this.#other
    if (id === undefined || tag === undefined) return
    this.#putOut.add({ id, tag })
    // The server may be away: then this is all that the sender hears.
    this.leg.link?.leave()
    this.#onPeerGone('left')
  }

  /** Says goodbye and gives the seat up; does nothing where there is none. */
  end(input: CallInput): void {
    if (isOver(this.#options.state())) return
    this.leg.link?.leave()
    this.leg.drop()
    this.#forgetPeer()
    this.guests.clear()
    this.seat.giveUp()
    this.#options.input(input)
    this.#announce()
  }

  /** Drops the socket; to be ended before. */
  close(): void {
    this.leg.drop()
    this.#chat.close()
    this.captures.close()
    this.seat.close()
  }

  #createLeg(): Leg {
    const { events, iceTransportPolicy, input } = this.#options
    return new Leg({
      ...this.#options,
      iceTransportPolicy: iceTransportPolicy ?? 'all',
      sendSignal: (signal) => {
        const to = this.#other.id
        this.seat.send(to === undefined ? signal : { ...signal, to })
      },
      canServerReachPeer: () => this.#canServerReachPeer(),
      isPeerDuet: () => this.#other.isDuet,
      onRemoteStream: (stream) => events.emit('remotestream', stream),
      onVerification: (verification) => events.emit('verification', verification),
      onPhrase: (phrase) => events.emit('phrase', phrase),
      requestMedia: () => this.seat.requestMedia(this.#other.id ?? ''),
      onMediaPath: (path) => {
        events.emit('mediapath', path)
        this.captures.refresh()
      },
      onPeerMedia: (sent) => {
        this.#other.setMedia(sent)
        this.#tellPeer()
      },
      // Otherwise the server says so itself, in order with what follows.
      onBye: () => {
        if (!this.#canServerReachPeer()) this.#onPeerGone('left')
      },
      onUp: () => {
        this.#other.setHeard(true)
        input({ type: 'media-up' })
      },
      onDown: (reason) => {
        this.#other.setHeard(false)
        input({ type: 'media-down', reason: this.#other.isAway ? 'peer-away' : reason })
      },
    })
  }

  #onWelcome(welcome: Welcome): void {
    this.leg.setIceServers(welcome.iceServers)
    this.leg.setMediaServer(welcome.media === true)
    this.captures.setOffered(welcome.captures)
    // An offer that went over a dying path waits for its answer: say it again.
    if (this.#other.remote && !this.leg.link?.isAlive) this.leg.link?.resync()
  }

  /** The server forgot the seat; the media goes on, and lines wait for the same peer. */
  #onSeatLost(unsaid: ClientRequest[]): void {
    if (!this.#other.remote) return
    this.#chat.hold(unsaid)
    this.captures.hold(unsaid)
  }

  #onRefused(reason: CloseName): void {
    if (reason === 'session-taken') this.end({ type: 'end', reason })
    else this.end({ type: 'fail', code: reason, message: 'the server closed the session' })
  }

  #onServerEvent(event: SeatEvent): void {
    switch (event.type) {
      case 'joined':
        this.#onJoined(event.peers.find((peer) => !this.#putOut.includes(peer)))
        return this.captures.seated(event.captures)
      case 'full':
        return this.#onFull(event.waiting)
      case 'peer-joined':
        return this.#onPeerJoined(event.peer)
      case 'peer-left':
        if (event.peer === this.#other.id) this.#onPeerGone(event.reason)
        // It was gone for us before: the waiting offer went to it instead of into the room.
        else if (!this.#other.remote) this.leg.link?.resync()
        return undefined
      case 'peer-away':
        return this.#setAway(event.peer, true)
      case 'peer-back':
        this.#setAway(event.peer, false)
        return this.leg.link?.resync()
      case 'description':
      case 'candidate':
      case 'mismatch':
        return this.#onSignal(event)
      case 'chat':
        return this.#chat.hear(event.body, event.sealed === true, this.#other.name)
      case 'ice-servers':
        return this.leg.setIceServers(event.iceServers)
      case 'error':
        return this.#onError(event.code)
      case 'knocking':
        return this.#onKnocking()
      case 'knock':
        return this.guests.add(event.peer)
      case 'knock-over':
        return this.guests.remove(event.peer)
      case 'dismissed':
        return this.end({ type: 'end', reason: event.reason })
      case 'peer-publishing':
        if (event.peer === this.#other.id) this.leg.setPeerPublishing(event.isPublishing)
        return undefined
      case 'captures':
      case 'capture-state':
        return this.captures.hear(event)
      case 'left':
      case 'seat-lost':
        return undefined
      default:
        // A message without a case does not compile.
        return event satisfies never
    }
  }

  #onJoined(seated: SeatedPeer | undefined): void {
    if (isOver(this.#options.state())) return
    // Who knocks is told anew with every seat.
    this.guests.clear()
    if (!seated) {
      // Nobody is there yet. A call that outlived the server waits for its peer to come back.
      const { name } = this.#options.state()
      if (name === 'connected' || name === 'reconnecting') {
        this.#other.awaitReturn()
        return this.#tellPeer()
      }
      this.#waitForPeer()
      return this.#options.input({ type: 'seated', hasPeer: false })
    }
    const { isAway, isPublishing, signals, ...peer } = seated
    // An offer that waits for a newcomer: on that side the former connection is gone.
    if (signals.length === 0 && this.#rebind(peer, isAway)) return
    const link = this.leg.linkTo(peer, isPublishing)
    this.#bind(peer, isAway)
    this.#options.input({ type: 'seated', hasPeer: true })
    for (const signal of signals) link.handleSignal(signal)
    if (this.#options.part.offers === 'always') link.offer()
    this.#announce()
  }

  /** Without a seat nothing is offered, and nobody is there. */
  #onKnocking(): void {
    this.#forgetPeer()
    this.leg.drop()
    this.#options.input({ type: 'knock' })
    this.#announce()
  }

  #onFull(waiting: boolean): void {
    this.#forgetPeer()
    this.leg.drop()
    this.#options.input({ type: 'no-seat', waiting })
    this.#announce()
  }

  #onPeerJoined(peer: Peer): void {
    if (isOver(this.#options.state()) || this.#rebind(peer, false)) return
    if (this.#putOut.includes(peer)) return
    this.#prepareFor(peer)
    this.#bind(peer, false)
    this.#options.input({ type: 'peer-came' })
    this.#announce()
    this.#options.events.emit('peerarrived', peer.name)
  }

  /** The connection to whoever just came. */
  #prepareFor(peer: Peer): void {
    const { offers } = this.#options.part
    if (isOfStreams(peer)) this.leg.linkTo(peer)
    else if (offers === 'always') this.leg.fresh().offer()
    else if (offers === 'never') this.leg.fresh()
    // The waiting offer, if it is unused, is on its way to this peer.
    else if (this.#other.remote || !this.leg.link) this.leg.fresh().offer()
  }

  #bind(peer: Peer, isAway: boolean): void {
    this.#chat.forget()
    this.#other.bind(peer, isAway)
  }

  /** The same run of the peer's page again: its connection, if it lives, goes on. */
  #rebind(peer: Peer, isAway: boolean): boolean {
    const { link } = this.leg
    if (!link || !this.#other.is(peer)) return false
    this.#other.rebind(peer, isAway)
    link.resync()
    this.#chat.release()
    this.captures.release()
    this.#tellPeer()
    return true
  }

  #forgetPeer(): void {
    this.#chat.forget()
    this.captures.clear()
    this.#other.clear()
  }

  #onPeerGone(reason: PeerGoneReason): void {
    const { name } = this.#other
    this.#waitForPeer()
    this.#options.events.emit('peergone', reason, name)
    this.#options.input({ type: 'peer-gone' })
    this.#announce()
  }

  /** Leaves a new offer with the seat, for whoever comes, where the first one offers. */
  #waitForPeer(): void {
    this.#forgetPeer()
    const link = this.leg.fresh()
    if (this.#options.part.offers === 'first') link.offer()
  }

  /** Tells the page who is there now. */
  #announce(): void {
    this.#tellPeer()
    this.#options.events.emit('verification', this.verification)
  }

  #canServerReachPeer(): boolean {
    return this.seat.signaling === 'online' && !this.#other.isAway
  }

  #onSignal(signal: Signal & { from: string }): void {
    const { from, ...plain } = signal
    // The first member's waiting link is bound by `peer-joined`, which always comes first.
    if (from !== this.#other.id) return
    // The peer began anew, and this side did not hear that its former connection is gone.
    if (plain.type === 'description' && this.leg.link?.isForeign(plain.description)) {
      const isOffer = plain.description.type === 'offer'
      // T4: an answer fits no connection but the one that it is linked to.
      if (!isOffer && this.#options.part.offers === 'always') return this.#beginAnew().offer()
      if (isOffer) this.#beginAnew()
    }
    this.leg.link?.handleSignal(plain)
  }

  /** Another connection to the same peer. */
  #beginAnew(): CallLink {
    const link = this.leg.fresh()
    this.#other.setHeard(false)
    this.#options.input({ type: 'peer-came' })
    this.#announce()
    return link
  }

  #onError(code: RefusedCode): void {
    // A late signal for somebody who just left.
    if (code === 'no-such-peer') return
    const { name } = this.#options.state()
    if (name === 'joining' || name === 'knocking' || isSeatless(code))
      this.end({ type: 'fail', code: code as never, message: 'the server refused to join' })
    else this.#options.events.emit('refused', code)
  }

  #setAway(peerId: string, isAway: boolean): void {
    if (this.#other.id !== peerId) return
    this.#other.setAway(isAway)
    if (this.#options.state().name === 'reconnecting') {
      this.#options.input({ type: 'media-down', reason: isAway ? 'peer-away' : 'no-packets' })
    }
    this.#tellPeer()
  }

  #tellPeer(): void {
    this.#options.events.emit('peer', this.peer)
    this.captures.refresh()
  }
}
