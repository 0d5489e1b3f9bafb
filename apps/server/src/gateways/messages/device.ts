import { randomUUID } from 'node:crypto'
import { messageOf, type Clock, type Logger } from '@duet/base'
import { isMessageBody, MAX_DECLINE_LENGTH } from '@duet/protocol'
import type { CallId, CallInfo, CallMedia, UserId } from '@duet/rules'
import type { Identity } from '../../accounts/identity.ts'
import type { Hub } from '../../hub/hub.ts'
import type { DeviceNotice, DeviceStay, Overview, People } from '../../people/people.ts'
import type { RoomAccess } from '../../rooms/access.ts'
import { Announcer } from './announcer.ts'
import type { CallMethod, Method, SignalMethod } from './codes.ts'
import type { Frame, Push } from './frame.ts'
import { HeldSignals } from './held-signals.ts'
import { mediaOf, mediaOfSdp } from './media.ts'
import { OnlinePeople, type PresenceChange } from './online-people.ts'
import type { Roster } from './roster.ts'
import type { Ending, Fault, Sentences } from './sentences.ts'
import { toSaying, untranslated, type DescriptionShape, type SignalText } from './translate.ts'
import { UserCall } from './user-call.ts'

export interface DeviceServices {
  people: People
  hub: Hub
  access: RoomAccess
  clock: Clock
  logger: Logger
  roster: Roster<Device>
}

export interface DeviceOptions extends DeviceServices {
  identity: Identity
  /** The client's IP address. */
  ip: string
  /** Names it in the core. */
  address: string
  sentences: Sentences
  /** Whether a message of this length is translated for other dialects. */
  admitTranslation: (length: number) => boolean
  /** Tells the page. */
  send: (push: Push) => void
  /** It attends no more. */
  onSignedOut: () => void
}

/** A call that was asked for and has no id yet. */
interface Placing {
  to: UserId
  ref: number
  method: Method
  dataText: string
  held: HeldSignals
  /** The page has hung up meanwhile. */
  isOver: boolean
}

/** What a page said last to control a call; the other page gets its data as it was said. */
interface Control {
  call: CallId
  method: CallMethod
  dataText: string
}

/** What a request with a `ref` was: the number holds its method. */
const METHODS: readonly Method[] = [
  'Message/Call',
  'Message/Offer',
  'Message/Accept',
  'Message/Reject',
  'Message/Hangup',
]

/** One connection of a user who attends: carries its requests out and tells it what happens. */
export class Device {
  readonly #options: DeviceOptions
  readonly #online: OnlinePeople
  readonly #page: Announcer
  #stay: DeviceStay | undefined
  #placing: Placing | undefined
  #call: UserCall | undefined
  #control: Control | undefined
  /** With what its page asked for its latest call. */
  #askedBy: Method = 'Message/Call'
  #shape: DescriptionShape = 'plain'
  #requests = 0
  #isGone = false

  private constructor(options: DeviceOptions, overview: Overview) {
    this.#options = options
    this.#online = new OnlinePeople(overview)
    const { sentences, send } = options
    this.#page = new Announcer({ sentences, send, nameOf: (user) => this.#online.nameOf(user) })
    options.roster.add(this.#self, this)
    this.#page.users(this.#online.list)
  }

  /** Attends. Rejects as `People.attend` does. */
  static async attend(options: DeviceOptions): Promise<Device> {
    const { people, identity, address } = options
    let device: Device | undefined
    try {
      const stay = await people.attend(
        { identity, address, connectsEarly: false, onNotice: (notice) => device?.hear(notice) },
        (overview) => (device = new Device(options, overview)),
      )
      if (!device) throw new Error('somebody attends without an overview')
      device.#begin(stay)
      return device
    } catch (error) {
      device?.leave(true)
      throw error
    }
  }

  /** Whether it is in a call that rings or goes on. */
  get isInCall(): boolean {
    return this.#call !== undefined
  }

  /** The page asks for something; never throws. */
  handle(frame: Frame, method: Exclude<Method, 'User/Connect'>): void {
    if (method === 'Message/SendToAll') return this.#sendToAll(frame)
    const { toId } = frame
    if (toId === undefined) return this.#page.refuse(method, 'no-receiver')
    if (toId === this.#self) return this.#page.refuse(method, 'yourself')
    switch (method) {
      case 'Message/Offer':
      case 'Message/Answer':
      case 'Message/Candidate':
        return this.#signal(frame, method, toId)
      case 'Message/Call':
        return this.#place(toId, { method, media: mediaOf(frame.data), dataText: frame.dataText })
      case 'Message/Accept':
        return this.#accept(frame, toId)
      case 'Message/Reject':
        return this.#reject(frame, toId)
      case 'Message/Hangup':
        return this.#hangUp(frame, toId)
    }
  }

  /** Somebody of this dialect says it, in no call. */
  tellFrom(from: UserId, method: SignalMethod | CallMethod, dataText: string): void {
    this.#page.said(from, method, dataText)
  }

  /** The data with which its page controlled this call; undefined when it did not. */
  dataFor({ id, callee }: CallInfo, method: CallMethod): string | undefined {
    // The one who is rung may hear of the call before the one who rings.
    const placing = this.#placing
    if (placing?.to === callee && placing.method === method) return placing.dataText
    const control = this.#control
    return control?.call === id && control.method === method ? control.dataText : undefined
  }

  /** The connection is gone; isLost: not by its page's will. Idempotent. */
  leave(isLost: boolean): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#options.roster.remove(this.#self, this)
    this.#call?.close(isLost)
    this.#stay?.leave(isLost)
  }

  /** The server goes away: calls go on. Idempotent. */
  parentClosed(): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#options.roster.remove(this.#self, this)
    this.#call?.parentClosed()
  }

  hear(notice: DeviceNotice): void {
    if (this.#isGone) return
    switch (notice.type) {
      case 'person':
        return this.#tellPresence(this.#online.change(notice.person))
      case 'person-gone':
        return this.#tellPresence(this.#online.forget(notice.user))
      case 'message':
        if (notice.message.to === null) this.#page.textToAll(notice.message)
        return
      case 'call-placed':
        return this.#onPlaced(notice.call, notice.ref)
      case 'incoming-call':
        return this.#onIncoming(notice.call)
      case 'call-ringing':
        if (notice.leg !== undefined && this.#call?.info.id === notice.call) {
          this.#call.prepareLeg(notice.leg)
        }
        return
      case 'call-accepted':
        return this.#onAccepted(notice.call, notice.leg, notice.ref)
      case 'call-ended':
        return this.#onEnded(notice.call, notice.reason, notice.text)
      case 'refused':
        return this.#onRefused(notice.code, notice.ref)
      case 'signed-out':
      case 'displaced':
        return this.#options.onSignedOut()
      case 'self':
      case 'messages-read':
      case 'history-changed':
        return
    }
  }

  get #self(): UserId {
    return this.#options.identity.user.id
  }

  #tellPresence(change: PresenceChange | undefined): void {
    if (change) this.#page.presence(change)
  }

  #begin(stay: DeviceStay): void {
    this.#stay = stay
    if (this.#isGone) return stay.leave(false)
    // A call may have come while it began to attend.
    if (this.#call && !this.#call.isOutgoing) stay.ringing(this.#call.info.id)
  }

  #signal(frame: Frame, method: SignalMethod, to: UserId): void {
    const { roster, admitTranslation } = this.#options
    const text: SignalText = { method, dataText: frame.dataText }
    const saying = toSaying(text, frame.data)
    if (saying.shape) this.#shape = saying.shape
    const isTranslated = saying.length === 0 || admitTranslation(saying.length)
    const signal = isTranslated ? saying.signal : untranslated(saying)

    const call = this.#call?.peer === to ? this.#call : undefined
    if (call && (call.isOutgoing || call.isTalking)) return call.send(signal)
    if (this.#placing?.to === to) return this.#placing.held.add(signal)
    if (!this.#online.isOnline(to)) return this.#page.notOnline(to, method)

    const isOffer = method === 'Message/Offer'
    // Whoever offers to the one who rings it, accepts.
    const listeners = isOffer && call ? [] : roster.of(to)
    for (const device of listeners) device.tellFrom(this.#self, method, frame.dataText)
    if (listeners.length > 0) return
    if (!isOffer) return this.#page.refuse(method, 'nobody-listens')
    const media = signal.type === 'description' ? mediaOfSdp(signal.description.sdp) : 'video'
    this.#place(to, { method, media, dataText: 'null' })
    this.#placing?.held.add(signal)
  }

  #place(
    to: UserId,
    { method, media, dataText }: { method: Method; media: CallMedia; dataText: string },
  ): void {
    if (this.#placing) return this.#page.refuse(method, 'in-call')
    const ref = this.#refOf(method)
    this.#placing = { to, ref, method, dataText, held: new HeldSignals(), isOver: false }
    this.#stay?.place(to, media, ref)
  }

  #accept({ dataText }: Frame, to: UserId): void {
    const method = 'Message/Accept'
    const call = this.#call
    if (call?.peer !== to || call.isOutgoing || call.isTalking) {
      return this.#page.refuse(method, 'call-over')
    }
    this.#control = { call: call.info.id, method, dataText }
    this.#stay?.accept(call.info.id, this.#refOf(method))
  }

  #reject(frame: Frame, to: UserId): void {
    const method = 'Message/Reject'
    const call = this.#call
    if (call?.peer !== to) return this.#relayControl(method, to, frame.dataText)
    if (call.isOutgoing || call.isTalking) return this.#page.refuse(method, 'call-over')
    const words = frame.isWritten ? frame.text.slice(0, MAX_DECLINE_LENGTH) : ''
    this.#control = { call: call.info.id, method, dataText: frame.dataText }
    this.#stay?.decline(call.info.id, words === '' ? undefined : words, this.#refOf(method))
  }

  #hangUp({ dataText }: Frame, to: UserId): void {
    const method = 'Message/Hangup'
    if (this.#placing?.to === to) {
      this.#placing.isOver = true
      return
    }
    const call = this.#call
    if (call?.peer !== to) return this.#relayControl(method, to, dataText)
    this.#control = { call: call.info.id, method, dataText }
    this.#stay?.end(call.info.id, this.#refOf(method))
  }

  /** Pages that offer without a call end it without one as well. */
  #relayControl(method: 'Message/Reject' | 'Message/Hangup', to: UserId, dataText: string): void {
    if (!this.#online.isOnline(to)) return this.#page.notOnline(to, method)
    const listeners = this.#options.roster.of(to).filter((device) => !device.isInCall)
    for (const device of listeners) device.tellFrom(this.#self, method, dataText)
    if (listeners.length === 0) this.#page.refuse(method, 'call-over')
  }

  #sendToAll({ text }: Frame): void {
    const method = 'Message/SendToAll'
    if (!isMessageBody(text)) return this.#page.refuse(method, 'bad-text')
    this.#stay
      ?.send({ to: null, body: text, clientId: randomUUID() })
      .then((refusal) => refusal && this.#page.refuse(method, refusal))
      .catch((error: unknown) => {
        this.#options.logger.warn('a text was not kept', { error: messageOf(error) })
        this.#page.refuse(method, 'unavailable')
      })
  }

  #onPlaced(info: CallInfo, ref: number): void {
    const placing = this.#placing
    if (placing?.ref !== ref) return
    this.#placing = undefined
    this.#askedBy = placing.method
    this.#control = { call: info.id, method: 'Message/Call', dataText: placing.dataText }
    const call = this.#begun(info)
    for (const signal of placing.held.take()) call.send(signal)
    if (!placing.isOver) return call.prepare()
    this.#control = { call: info.id, method: 'Message/Hangup', dataText: 'null' }
    this.#stay?.end(info.id, this.#refOf('Message/Hangup'))
  }

  #onIncoming(info: CallInfo): void {
    if (this.#call?.info.id === info.id) return
    this.#begun(info)
    const { roster } = this.#options
    const data = roster.find(info.caller, (device) => device.dataFor(info, 'Message/Call'))
    this.#page.said(info.caller, 'Message/Call', data ?? JSON.stringify({ media: info.media }))
    // Its page was told: that is all that can be known of it.
    this.#stay?.ringing(info.id)
  }

  #onAccepted(info: CallInfo, leg: number, ref: number | undefined): void {
    const placing = this.#placing?.ref === ref ? this.#placing : undefined
    if (placing) this.#placing = undefined
    const call = this.#call?.info.id === info.id ? this.#call : this.#begun(info)
    for (const signal of placing?.held.take() ?? []) call.send(signal)
    if (call.isOutgoing && !call.isTalking) {
      this.#page.said(call.peer, 'Message/Accept', this.#dataOfPeer(call, 'Message/Accept'))
    }
    call.accepted(leg)
  }

  #onEnded(id: CallId, reason: Ending, words: string | undefined): void {
    const call = this.#call
    if (call?.info.id !== id) return
    const { peer, isOutgoing, isTalking } = call
    this.#call = undefined
    call.close()
    const own = this.#control?.call === id ? this.#control.method : undefined
    // It knows of what it did itself.
    if (own === 'Message/Hangup' || own === 'Message/Reject') return
    const isUnanswered = isOutgoing && !isTalking
    if (isUnanswered && reason === 'offline') return this.#page.notOnline(peer, this.#askedBy)
    if (isUnanswered && (reason === 'busy' || reason === 'do-not-disturb')) {
      return this.#page.busy(peer, this.#askedBy, reason)
    }
    if (isUnanswered && reason === 'declined') {
      return this.#page.declined(peer, words, this.#dataOfPeer(call, 'Message/Reject'))
    }
    const isMissed = reason === 'no-answer' && !isOutgoing
    this.#page.ended(peer, isMissed ? 'missed' : reason, this.#dataOfPeer(call, 'Message/Hangup'))
  }

  #onRefused(code: Fault, ref: number): void {
    const method = METHODS[ref % METHODS.length] ?? 'Message/Call'
    const placing = this.#placing?.ref === ref ? this.#placing : undefined
    if (placing) this.#placing = undefined
    if (placing && code === 'no-such-user') return this.#page.notOnline(placing.to, method)
    this.#page.refuse(method, code)
  }

  #begun(info: CallInfo): UserCall {
    this.#call?.close()
    const { ip, hub, access, clock, logger } = this.#options
    const call = new UserCall({
      ip,
      hub,
      access,
      clock,
      logger,
      info,
      user: this.#self,
      shape: () => this.#shape,
      tell: ({ method, dataText }) => this.#page.said(call.peer, method, dataText),
    })
    this.#call = call
    return call
  }

  #dataOfPeer({ peer, info }: UserCall, method: CallMethod): string {
    const { roster } = this.#options
    return roster.find(peer, (device) => device.dataFor(info, method)) ?? 'null'
  }

  #refOf(method: Method): number {
    return ++this.#requests * METHODS.length + METHODS.indexOf(method)
  }
}
