import { AcmeError, type Problem } from './acme-error.ts'
import type { ChallengeType } from './challenges.ts'

/** Where an authority looks, and where this server listens. */
export interface ChallengePorts {
  http: readonly number[]
  https: readonly number[]
}

/** The port that each kind of challenge comes to (RFC 8555 §8.3, RFC 8737 §3). */
const PORT_OF: Record<ChallengeType, number> = { 'http-01': 80, 'tls-alpn-01': 443 }

/** Why there is no new certificate, and what to do: one sentence for each name it is about. */
export function plainWords(error: unknown, type: ChallengeType, names: readonly string[]): string {
  if (!(error instanceof AcmeError)) return `It failed here (${String(error)}).`
  switch (error.code) {
    case 'unreachable':
      return `${sentence(error.message)} Check that this machine reaches the internet, and --acme-directory.`
    case 'bad-answer':
      return `What answers at --acme-directory is no ACME server: ${sentence(error.message)}`
    case 'not-in-time':
      return 'The authority took too long: it is asked again.'
    case 'closed':
      return 'The server stopped meanwhile.'
    case 'refused':
      return [...new Set(error.problems.map((problem) => aboutProblem(problem, type, names)))].join(
        ' ',
      )
  }
}

function aboutProblem(problem: Problem, type: ChallengeType, names: readonly string[]): string {
  const name = problem.name ?? names.join(', ')
  const port = PORT_OF[type]
  const said = problem.detail === '' ? '' : ` (${problem.detail})`
  switch (problem.type) {
    case 'dns':
      return `${name} has no address in DNS, or its server does not answer: add an A or AAAA record that leads here${said}.`
    case 'connection':
    case 'tls':
      return `Nothing answered at port ${port} of ${name}: open it in the firewall, lead it to this server, and check that the name's addresses (A and AAAA) are this machine's${said}.`
    case 'unauthorized':
    case 'incorrectResponse':
      return `Another server answered at port ${port} of ${name}: its addresses in DNS (A and AAAA) must be this machine's, and a proxy in front must pass that port on${said}.`
    case 'caa':
      return `A CAA record of ${name} forbids this authority: change the record, or --acme-directory${said}.`
    case 'rateLimited':
      return `The authority has had too many requests for ${name}: it is asked again later; try with --acme-directory letsencrypt-staging until all is right${said}.`
    case 'rejectedIdentifier':
    case 'unsupportedIdentifier':
      return `The authority gives no certificates for ${name}: use a public name of your own${said}.`
    case 'externalAccountRequired':
      return `This authority wants an account made beforehand, which Duet can't use: choose another --acme-directory${said}.`
    case 'invalidContact':
    case 'unsupportedContact':
      return `The authority does not take the address of --acme-email: correct it or leave it out${said}.`
    case 'userActionRequired':
      return `The authority wants something from you first${said}.`
    case 'notOffered':
      return `The authority does not offer ${type} for ${name}: choose another --acme-challenge.`
    default:
      return `The authority refused ${name}: ${problem.type}${said}.`
  }
}

/**
 * Said at the start where no port is the one that the authority asks at; undefined where there is
 * one.
 */
export function portAdvice(
  types: readonly ChallengeType[],
  { http, https }: ChallengePorts,
): string | undefined {
  const isServed = { 'http-01': http.includes(80), 'tls-alpn-01': https.includes(443) }
  if (types.some((type) => isServed[type])) return undefined
  const ways = [
    ...(types.includes('http-01') && http.length > 0
      ? [`port 80 to ${http.join(' or ')} (HTTP)`]
      : []),
    ...(types.includes('tls-alpn-01') && https.length > 0
      ? [`port 443 to ${https.join(' or ')} (HTTPS)`]
      : []),
  ]
  if (ways.length === 0) return 'no port is open that an authority could ask at: add --http 80'
  return (
    'authorities ask at port 80 and 443 only: say --http 80 or --https 443, ' +
    `or lead ${ways.join(', or ')}`
  )
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
