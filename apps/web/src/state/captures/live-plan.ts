import type { LiveLayout, LiveOptions } from '@duet/client'
import { MAX_PUSH_KEY_LENGTH, MAX_PUSH_URL_LENGTH } from '@duet/protocol'
import { computed, signal, type ReadonlySignal } from '@preact/signals'

export type PushFault = 'badPushAddress' | 'badPushKey'

/** What is typed about showing a call live. */
export class LivePlan {
  readonly layout = signal<LiveLayout>('inset')
  readonly address = signal('')
  readonly key = signal('')
  /** What is wrong with the address or the key; told after a try. */
  readonly fault: ReadonlySignal<PushFault | null>
  readonly #wasTried = signal(false)

  constructor() {
    this.fault = computed(() => (this.#wasTried.value ? this.#faultNow() : null))
  }

  /** What to show it with; undefined when something is wrong with what was typed. */
  read(): LiveOptions | undefined {
    this.#wasTried.value = true
    if (this.#faultNow()) return undefined
    const { url, key } = this.#push()
    const layout = this.layout.peek()
    if (url === '') return { layout }
    return { layout, push: { url, ...(key !== '' && { key }) } }
  }

  #push() {
    return { url: this.address.value.trim(), key: this.key.value.trim() }
  }

  #faultNow(): PushFault | null {
    const { url, key } = this.#push()
    // B7: in printable ASCII without blanks.
    const isAddress = /^rtmps?:\/\/[!-~]+$/i.test(url) && !/^rtmps?:\/\/\//i.test(url)
    if (url === '' && key !== '') return 'badPushAddress'
    if (url !== '' && !(isAddress && url.length <= MAX_PUSH_URL_LENGTH)) return 'badPushAddress'
    return /^[!-~]*$/.test(key) && key.length <= MAX_PUSH_KEY_LENGTH ? null : 'badPushKey'
  }
}
