import { systemClock, type Clock } from '@duet/base'
import type { Config } from './config/index.ts'
import type { DoctorFlags } from './doctor-flags.ts'
import { certificateCheck } from './ops/doctor/checks/certificate-check.ts'
import { clockCheck } from './ops/doctor/checks/clock-check.ts'
import { databaseCheck } from './ops/doctor/checks/database-check.ts'
import { localChecks } from './ops/doctor/checks/local-checks.ts'
import { mediaCheck } from './ops/doctor/checks/media-check.ts'
import { judgeOwnSilence, ownTarget } from './ops/doctor/checks/own-server.ts'
import { publicAddressCheck } from './ops/doctor/checks/public-address-check.ts'
import { relayChecks } from './ops/doctor/checks/relay-checks.ts'
import { relayPortsCheck } from './ops/doctor/checks/relay-ports-check.ts'
import { socketChecks } from './ops/doctor/checks/socket-checks.ts'
import { webChecks } from './ops/doctor/checks/web-checks.ts'
import { natCheck } from './ops/doctor/nat/nat-check.ts'
import { renderJson, renderResult, renderSummary } from './ops/doctor/render.ts'
import { runChecks } from './ops/doctor/run-checks.ts'
import { readTarget, secureTarget, type Target } from './ops/doctor/target.ts'
import type { Check } from './ops/doctor/verdict.ts'
import { Visit } from './ops/doctor/visit.ts'

export interface DoctorOptions {
  flags: DoctorFlags
  config: Config
  /** Says a whole line. */
  print: (line: string) => void
  /** Says what is waited for, in place of what it said before; undefined: nobody watches. */
  showProgress: ((text: string) => void) | undefined
  isColoured: boolean
  clock?: Clock
}

/** Tries everything that a call may need of a server; true when all is well. */
export async function doctor(options: DoctorOptions): Promise<boolean | { problem: string }> {
  const { flags, config, print, showProgress, isColoured, clock = systemClock } = options
  const asked = targetOf(flags, config)
  if ('problem' in asked) return asked
  const target = await secureTarget(asked)
  const visit = new Visit(target, clock)
  if (!flags.isJson) print(`Checking ${flags.isNat ? 'the NAT of this machine' : target.origin}\n`)
  try {
    const results = await runChecks(checksOf(visit, options), {
      clock,
      onWait: ({ label }) => showProgress?.(`Trying: ${label} …`),
      onResult: (result) => {
        showProgress?.('')
        if (!flags.isJson) print(renderResult(result, isColoured))
      },
    })
    print(flags.isJson ? renderJson(target.origin, results) : `\n${renderSummary(results)}`)
    return results.every(({ verdict }) => verdict.kind !== 'fails')
  } finally {
    await visit.close()
  }
}

function targetOf({ url, isNat }: DoctorFlags, config: Config): Target | { problem: string } {
  if (url === undefined) {
    const own = ownTarget(config)
    // A NAT is looked at whether a server runs or not.
    return 'problem' in own && isNat ? (readTarget('localhost', true) ?? own) : own
  }
  return readTarget(url) ?? { problem: `${url} is not an address like https://duet.example` }
}

function checksOf(visit: Visit, { flags, config, clock = systemClock }: DoctorOptions): Check[] {
  if (flags.isNat) return [natCheck(() => natServers(visit, flags, config))]
  const { target } = visit
  const judgeSilence = target.isOwn
    ? (detail: string) => judgeOwnSilence(target, detail)
    : undefined
  return [
    ...webChecks(visit, judgeSilence),
    certificateCheck(visit),
    clockCheck(visit),
    ...socketChecks(visit),
    ...relayChecks(visit),
    relayPortsCheck(visit),
    mediaCheck(visit),
    ...(target.isOwn
      ? [publicAddressCheck(config, clock), ...localChecks(config, clock), databaseCheck(config)]
      : []),
  ]
}

/** Who may tell of the NAT: the one that was named, the server’s own, those of the configuration. */
async function natServers(visit: Visit, { stun, url }: DoctorFlags, config: Config) {
  if (stun) return [stun]
  if (url === undefined) return config.stunServers
  const own = (await visit.iceServers()) ?? []
  return own
    .filter(({ kind }) => kind === 'stun')
    .flatMap(({ host, port }) => [
      { host, port: port + NAT_PORT_OFFSET },
      { host, port },
    ])
}

/** A server with two addresses tells of NATs at the port behind that of TURN. */
const NAT_PORT_OFFSET = 1
