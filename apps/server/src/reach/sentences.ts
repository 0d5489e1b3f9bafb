import { isIPv4 } from 'node:net'
import type { IpFamily } from '@duet/stun'
import type { PortRange } from '../config/index.ts'
import type { FoundAddress, FoundAddresses, Reach } from './find-public-addresses.ts'

/** One sentence for the log. */
export interface Remark {
  /** warn: a person should do something about it. */
  level: 'info' | 'warn'
  text: string
}

export interface RemarkFacts {
  family: IpFamily
  found: FoundAddresses
  before: FoundAddresses | undefined
  /** From --public-ip. */
  publicIps: readonly string[]
  /** Of TURN over UDP and TCP; undefined when it is off. */
  turnPort: number | undefined
  relayPorts: PortRange
}

type Mapped = Extract<FoundAddress, { kind: 'mapped' }>

/** What is to be said of the public address of one family; undefined: nothing. */
export function remarkOn(facts: RemarkFacts): Remark | undefined {
  const { family, publicIps } = facts
  const found = facts.found[family]
  const configured = publicIps.filter((ip) => isIPv4(ip) === (family === 4))
  if (configured.length > 0 && 'address' in found && !configured.includes(found.address)) {
    return mismatch(configured[0] ?? '', found)
  }
  switch (found.kind) {
    case 'interface':
      return info(`${subject(facts, found.address)}, on an interface of this machine`)
    case 'mapped':
      return mappedRemark(facts, found)
    case 'disagreeing': {
      const seen = [...new Set(found.answers.map(({ address }) => address))].join(' and ')
      return configured.length > 0
        ? undefined
        : warn(
            `STUN servers see this machine at ${seen}, so none of these is used: say which one ` +
              'is right with --public-ip',
          )
    }
    case 'unconfirmed':
    case 'silent':
      return configured.length > 0 || family === 6 ? undefined : unanswered(found)
    case 'not-asked':
    case 'no-network':
      return undefined
  }
}

function mismatch(configured: string, found: Extract<FoundAddress, { address: string }>): Remark {
  const seen = found.kind === 'mapped' ? 'STUN servers see this machine at' : 'an interface has'
  return warn(
    `--public-ip says ${configured} and ${seen} ${found.address}: what was said is used; correct ` +
      'it if nothing passes the one on to the other',
  )
}

function mappedRemark(facts: RemarkFacts, { address, bind, reach }: Mapped): Remark {
  const { turnPort, relayPorts } = facts
  const relays = `UDP ${relayPorts.first}-${relayPorts.last}`
  const start = `${subject(facts, address)}, behind a NAT`
  if (turnPort === undefined) return info(start)
  const isPart = reach.turn === 'reached' || reach.relays === 'reached'
  const missing = [
    ...(reach.turn === 'reached' ? [] : [`TCP and UDP ${turnPort}`]),
    ...(reach.relays === 'reached' ? [] : [relays]),
  ].join(' and ')
  if (missing === '') return info(`${start} that passes our ports on`)
  if (isUnchecked(reach)) return info(start)
  if (reach.turn === 'other') {
    return warn(
      `${start} where another server has port ${turnPort}: pass ${missing} on to ${bind}, or ` +
        'choose another port with --turn-port',
    )
  }
  if (isPart) return warn(`${start} that passes on not all of our ports: pass on ${missing} too`)
  return info(
    `${start} where our ports do not answer from here: to be reached from the internet, pass ` +
      `${missing} on to ${bind}; if that is done, this router only does not lead back inside, ` +
      'which does no harm',
  )
}

function isUnchecked({ turn, relays }: Reach): boolean {
  return turn === undefined && relays === undefined
}

function unanswered(found: Extract<FoundAddress, { kind: 'silent' | 'unconfirmed' }>): Remark {
  const what =
    found.kind === 'silent'
      ? 'no STUN server answers'
      : `only ${found.answer.server} answers, which sees ${found.answer.address}`
  return info(
    `the public address is not known because ${what}: relayed calls use ${found.bind}, which ` +
      'is enough in a network of its own; otherwise say it with --public-ip',
  )
}

function subject({ family, before }: RemarkFacts, address: string): string {
  const old = before?.[family]
  const isChange = old !== undefined && 'address' in old && old.address !== address
  const from = isChange ? `changed from ${old.address} to` : 'is'
  return `the public IPv${family} address ${from} ${address}`
}

function info(text: string): Remark {
  return { level: 'info', text }
}

function warn(text: string): Remark {
  return { level: 'warn', text }
}
