import type { Config } from './schema.ts'
import { reachableAddress, type ValueType } from './value-types.ts'

/** An address; `auto`, which reads as null; or `off`. */
export const publicIp: ValueType<string | null> = {
  name: 'address, auto or off',
  parse(text) {
    if (text === 'auto') return { value: null }
    if (text === 'off') return { value: text }
    const parsed = reachableAddress.parse(text)
    return 'value' in parsed ? parsed : { problem: `${parsed.problem}, or "auto" or "off"` }
  },
}

/** The public addresses that were said. */
export function publicIpsOf({ publicIp: values }: Pick<Config, 'publicIp'>): readonly string[] {
  return values.filter((value) => value !== 'off')
}

/** Whether a public address is not even looked for: this machine has none. */
export function isPublicIpOff({ publicIp: values }: Pick<Config, 'publicIp'>): boolean {
  return values.includes('off')
}
