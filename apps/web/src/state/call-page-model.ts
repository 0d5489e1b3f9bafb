import type { Clock } from '@duet/base'
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import { createRoomLink, roomUrl, type CallOptions } from '@duet/client'
import type { LanguageModel } from '../i18n/language.ts'
import { failSentence } from '../i18n/error-sentences.ts'
import {
  linkOrigin,
  reachOf,
  secureOrigin,
  widerOrigin,
  type ServerAddresses,
} from './addresses.ts'
import { Arrival } from './arrival.ts'
import { CallModel } from './call-model.ts'
import { Captures } from './captures/captures.ts'
import { ChatModel } from './chat-model.ts'
import { DetailsModel } from './details-model.ts'
import { IdleModel } from './idle-model.ts'
import type { LocalMedia } from './local-media.ts'
import { MediaMoves } from './media-moves.ts'
import { Notices } from './notices.ts'
import { OnTv, type OpenCallCast } from './on-tv.ts'
import type { Outgoing } from './outgoing.ts'
import { OwnMedia } from './own-media.ts'
import type { AttentionPort, CallPort, MediaPort, Memory } from './ports.ts'
import type { ObstacleName } from './environment.ts'
import type { ScreenShare } from './screen-share.ts'
import type { PanelName, StageModel } from './stage-model.ts'

/** What the page shows: oneself before the call, the call, a full room, or the end. */
export type Phase = 'preview' | 'stage' | 'full' | 'end'

/** What stands in the address of the page. */
export interface CallAddress {
  origin: string
  room: string
  key: string | undefined
  /** Join without a preview. */
  isAutostart: boolean
  /** The name given in the address; undefined for the remembered one. */
  name: string | undefined
}

export interface CallPageOptions {
  address: CallAddress
  addresses: ServerAddresses
  obstacle: ObstacleName | null
  createCall: (options: CallOptions) => CallPort
  openCallCast: OpenCallCast
  languages: LanguageModel
  media: MediaPort
  memory: Memory
  timers: Clock
  attention: AttentionPort
  /** Sets a performance mark. */
  mark: (name: string) => void
  /** Goes to another page. */
  go: (url: string) => void
}

const NAME_KEY = 'duet.name'

/** A person who calls again is not kept waiting for the camera any longer than this. */
const RESUME_LIMIT_MS = 3_000

/** Longer than somebody who is there takes to be connected; then the page shows what it waits for. */
const ENTER_LIMIT_MS = 250

/** The call page: owns the call and everything that belongs to it. */
export class CallPageModel implements StageModel {
  readonly call: CallPort
  readonly model: CallModel
  readonly local: LocalMedia
  readonly screen: ScreenShare
  readonly outgoing: Outgoing
  readonly chat: ChatModel
  readonly details: DetailsModel
  readonly mediaMoves: MediaMoves
  readonly captures: Captures
  readonly arrival: Arrival
  readonly onTv: OnTv
  readonly notices: Notices
  readonly idle: IdleModel
  readonly options: CallPageOptions
  readonly phase: ReadonlySignal<Phase>
  readonly panel: ReadonlySignal<PanelName | null>
  readonly name: ReadonlySignal<string>
  /** True while the devices come back for another call. */
  readonly isReturning: ReadonlySignal<boolean>
  /** The link to send. */
  readonly link: string
  /** A link that carries further than `link`; null when there is none. */
  readonly widerLink: string | null
  /** This page on HTTPS; null when the server has no such address. */
  readonly secureLink: string | null
  readonly isAskingForDevices: ReadonlySignal<boolean>
  readonly #own: OwnMedia
  readonly #panel = signal<PanelName | null>(null)
  readonly #name
  readonly #isReturning = signal(false)
  #cancelEnterLimit = () => {}
  /** Asking for a place in line is not joining: the page stays as it is. */
  readonly #isAskingForLine = signal(false)
  readonly #stop: (() => void)[] = []
  #wasFrameSeen = false

  constructor(options: CallPageOptions) {
    this.options = options
    const { address, addresses, media, memory, timers, attention, languages } = options
    this.#name = signal(address.name ?? memory.get(NAME_KEY) ?? '')
    this.name = this.#name
    this.panel = this.#panel
    this.isReturning = this.#isReturning
    const linkTo = (origin: string | null) =>
      origin === null ? null : roomUrl(origin, address.room, address.key)
    const sharedOrigin = linkOrigin(address.origin, addresses)
    this.link = roomUrl(sharedOrigin, address.room, address.key)
    this.widerLink = linkTo(widerOrigin(sharedOrigin, addresses))
    this.secureLink = linkTo(secureOrigin(address.origin, addresses))

    this.call = options.createCall({
      url: `${address.origin.replace(/^http/, 'ws')}/ws`,
      room: address.room,
      key: address.key,
      name: this.#name.peek(),
    })
    const { call } = this
    this.notices = new Notices(timers)
    this.idle = new IdleModel(timers)
    this.model = new CallModel(call, timers)
    this.#own = new OwnMedia({ media, memory, notices: this.notices })
    this.local = this.#own.local
    this.screen = this.#own.screen
    this.outgoing = this.#own.outgoing
    this.chat = new ChatModel(
      call,
      computed(() => this.#panel.value === 'chat'),
      (line) =>
        this.notices.show(
          (words) => `${line.name || words.otherPerson}: ${line.text.slice(0, 120)}`,
        ),
    )
    this.details = new DetailsModel(call, {
      model: this.model,
      isShown: computed(() => this.#panel.value === 'details'),
      timers,
    })
    this.captures = new Captures(this)
    this.mediaMoves = new MediaMoves(this)
    this.onTv = new OnTv(() =>
      options.openCallCast({
        model: this.model,
        notices: this.notices,
        name: this.#name.peek(),
      }),
    )
    this.arrival = new Arrival(call, { attention, memory, words: languages.words })
    this.phase = computed(() => this.#phaseOf(this.model.state.value.name))
    this.isAskingForDevices = computed(
      () => this.model.state.value.name === 'idle' && this.phase.value === 'stage',
    )
    this.#wire()
  }

  /** How far the link to send carries. */
  get reach() {
    return reachOf(this.link)
  }

  /** Opens the devices for the preview; with autostart joins as soon as they are there, or refused. */
  async open(): Promise<void> {
    await this.local.start()
    const { name } = this.model.state.peek()
    if (this.options.address.isAutostart && name === 'idle') this.join()
  }

  /** Joins at once, with the devices that are there by now. */
  join(): void {
    if (this.model.isHeld) return
    this.options.mark('duet:join')
    this.#wasFrameSeen = false
    this.#isAskingForLine.value = false
    // The page stays until the answer is on its way: laying out the call takes as long as that.
    this.model.hold()
    this.#cancelEnterLimit = this.options.timers.after(ENTER_LIMIT_MS, () => this.#enter())
    this.call.join()
  }

  #enter(): void {
    this.#cancelEnterLimit()
    this.model.release()
  }

  /** Stands in line for a seat. */
  waitInLine(): void {
    this.#isAskingForLine.value = true
    this.call.join({ wait: true })
  }

  /** Joins once more from the end page, with the devices that were open before. */
  async callAgain(): Promise<void> {
    if (this.#isReturning.peek()) return
    this.#isReturning.value = true
    await this.#resumeSoon()
    this.#isReturning.value = false
    this.join()
  }

  leave(): void {
    this.call.leave()
  }

  anotherRoom(): void {
    this.options.go(createRoomLink(this.options.address.origin).url)
  }

  goHome(): void {
    this.options.go('/')
  }

  setName(name: string): void {
    this.#name.value = name
    this.options.memory.set(NAME_KEY, name)
    this.call.setName(name)
  }

  /** Opens a panel, or closes it when it is open. */
  toggle(panel: PanelName): void {
    this.notices.dismiss()
    this.#panel.value = this.#panel.peek() === panel ? null : panel
  }

  /** Opens a panel; nothing happens when it is open. */
  openPanel(panel: PanelName): void {
    if (this.#panel.peek() !== panel) this.toggle(panel)
  }

  closePanel(): void {
    this.#panel.value = null
  }

  /** Mutes or unmutes, or opens the microphone. */
  toggleMicrophone(): void {
    void this.local.toggleMicrophone()
  }

  /** Camera on or off; while a screen is shared the camera rests. */
  toggleCamera(): void {
    this.#own.toggleCamera()
  }

  /** The remote picture showed a frame. */
  frameSeen(): void {
    if (this.#wasFrameSeen) return
    this.#wasFrameSeen = true
    this.options.mark('duet:first-remote-frame')
  }

  /** Leaves the call and lets everything go; final. */
  close(): void {
    for (const stop of this.#stop.splice(0)) stop()
    this.onTv.close()
    this.call.close()
    this.#own.close()
    this.chat.close()
    this.details.close()
    this.mediaMoves.close()
    this.captures.close()
    this.arrival.close()
    this.notices.dismiss()
    this.idle.close()
    this.model.close()
  }

  /** Opens the devices again; goes on without them when they take too long. */
  async #resumeSoon(): Promise<void> {
    const { promise: limit, resolve } = Promise.withResolvers<void>()
    const cancel = this.options.timers.after(RESUME_LIMIT_MS, resolve)
    await Promise.race([this.local.resume(), limit])
    cancel()
  }

  #phaseOf(name: CallModel['state']['value']['name']): Phase {
    if (name === 'idle') return this.options.address.isAutostart ? 'stage' : 'preview'
    if (name === 'full' || (name === 'joining' && this.#isAskingForLine.value)) return 'full'
    if (name === 'ended' || name === 'failed') return 'end'
    return 'stage'
  }

  #wire(): void {
    const { call } = this
    this.#stop.push(
      this.#own.sendTo(call),
      call.on('refused', (code) =>
        this.notices.show((_words, language) => failSentence(code, language)),
      ),
      call.on('remotestream', (stream) => stream && this.#enter()),
      call.on('state', ({ name }) => {
        if (name !== 'joining' && name !== 'connecting') this.#enter()
      }),
      () => this.#enter(),
      this.#releaseWhenOver(),
    )
  }

  /** Camera and microphone go off on `full`, `ended` and `failed`, and come back with a seat from the line. */
  #releaseWhenOver(): () => void {
    let wasFull = false
    return effect(() => {
      const phase = this.phase.value
      if (phase === 'full' || phase === 'end') {
        this.#own.release()
        this.#panel.value = null
      } else if (wasFull) {
        void this.local.resume()
      }
      wasFull = phase === 'full'
    })
  }
}
