import { createLogger, formatRecord, type Logger } from '@duet/base'
import {
  helpText,
  isInNetworkNamespace,
  nearestName,
  readConfig,
  type Config,
} from './config/index.ts'
import { closeOnSignals } from './ops/stop-signals.ts'
import { version } from './ops/version.ts'
import { StartError } from './start-error.ts'

/** One word after `npm run duet --`. */
interface Command {
  /** One plain sentence. */
  about: string
  /** Returns the exit code, or undefined when the process goes on. */
  run(args: readonly string[]): Promise<number | undefined>
}

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['start', { about: 'Serves Duet; npm start is the same.', run: start }],
  ['user', { about: 'user reset NAME: prints a link that sets a new password.', run: user }],
  [
    'turn-credentials',
    {
      about: 'Prints addresses and a login of TURN for a test page; --ttl 1h, --json.',
      run: turnCredentials,
    },
  ],
  [
    'coturn-config',
    {
      about:
        'Prints the configuration of a coturn that takes the same logins; it holds the secret.',
      run: coturnConfig,
    },
  ],
  [
    'cast-token',
    { about: 'cast-token NAME: prints a token for TVs that log in; --ttl 365d.', run: castToken },
  ],
  [
    'media-token',
    {
      about: 'media-token publish|play ROOM/NAME, or admin: prints a token; --ttl 1h.',
      run: mediaToken,
    },
  ],
  [
    'doctor',
    {
      about: 'doctor [URL]: tries all that calls need, and says what to change; --nat, --json.',
      run: doctor,
    },
  ],
  ['help', { about: 'Prints this, and all flags.', run: help }],
])

/** Runs one command with its flags and returns the exit code, or undefined when it goes on. */
export async function runCommand(args: readonly string[]): Promise<number | undefined> {
  const [first = 'help', ...rest] = args
  if (first === '--help' || first === '-h') return help()
  if (first === '--version') return print(version)
  const command = COMMANDS.get(first)
  if (command) return command.run(rest)
  const nearest = nearestName(first, [...COMMANDS.keys()])
  return complain([
    `${first} is not a command${nearest ? `; did you mean ${nearest}?` : ': see duet help'}`,
  ])
}

async function start(args: readonly string[]): Promise<number | undefined> {
  const result = readConfig({ args, env: process.env, isInNamespace: isInNetworkNamespace() })
  if (result.kind === 'help') return help()
  if (result.kind === 'version') return print(version)
  if (result.kind === 'errors') return complain(result.errors)
  // It loads while this thread loads the rest.
  const { startTurnWorker } = await import('./turn.ts')
  const spare = startTurnWorker(result.config)
  const { startServer } = await import('./main.ts')
  const logger = loggerFor(result.config)
  try {
    const server = await startServer(result.config, logger, spare)
    closeOnSignals(() => server.close(), logger)
    process.stdout.write(server.banner)
    return undefined
  } catch (error) {
    if (error instanceof StartError) return complain([error.message])
    throw error
  }
}

async function user(args: readonly string[]): Promise<number> {
  const [action, name, ...flags] = args
  if (action !== 'reset' || name === undefined || name.startsWith('-')) {
    return complain(['say whose password: duet user reset NAME'])
  }
  const result = readConfig({ args: flags, env: process.env, isInNamespace: true })
  if (result.kind === 'errors') return complain(result.errors)
  if (result.kind !== 'config') return help()
  const { resetUser } = await import('./user-command.ts')
  const outcome = await resetUser(name, result.config, loggerFor(result.config))
  return 'text' in outcome ? print(outcome.text) : complain([outcome.problem])
}

async function turnCredentials(args: readonly string[]): Promise<number> {
  const { readTurnCredentialsFlags } = await import('./turn-credentials-flags.ts')
  const read = readTurnCredentialsFlags(args)
  if ('problem' in read) return complain([read.problem])
  const { serverArgs, ...flags } = read.flags
  const result = readConfig({ args: serverArgs, env: process.env, isInNamespace: true })
  if (result.kind === 'errors') return complain(result.errors)
  if (result.kind !== 'config') return help()
  const command = await import('./turn-credentials-command.ts')
  const { mappedIpsNow: findMapped } = await import('./reach/mapped-now.ts')
  const { config } = result
  const outcome = await command.turnCredentials({ ...flags, config, findMapped, now: Date.now() })
  return 'text' in outcome ? print(outcome.text) : complain([outcome.problem])
}

async function coturnConfig(args: readonly string[]): Promise<number> {
  const result = readConfig({ args, env: process.env, isInNamespace: true })
  if (result.kind === 'errors') return complain(result.errors)
  if (result.kind !== 'config') return help()
  const command = await import('./coturn-config-command.ts')
  const outcome = command.coturnConfig(result.config)
  return 'text' in outcome ? print(outcome.text) : complain([outcome.problem])
}

async function castToken(args: readonly string[]): Promise<number> {
  const command = await import('./cast-token-command.ts')
  const outcome = command.castToken(args, process.env)
  return 'text' in outcome ? print(outcome.text) : complain([outcome.problem])
}

async function mediaToken(args: readonly string[]): Promise<number> {
  const command = await import('./media-token-command.ts')
  const { mappedIpsNow: findMapped } = await import('./reach/mapped-now.ts')
  const outcome = await command.mediaToken(args, { env: process.env, findMapped })
  return 'text' in outcome ? print(outcome.text) : complain([outcome.problem])
}

async function doctor(args: readonly string[]): Promise<number> {
  const { readDoctorFlags } = await import('./doctor-flags.ts')
  const read = readDoctorFlags(args)
  if ('problem' in read) return complain([read.problem])
  const { flags } = read
  const result = readConfig({ args: flags.serverArgs, env: process.env, isInNamespace: true })
  if (result.kind === 'errors') return complain(result.errors)
  if (result.kind !== 'config') return help()
  const command = await import('./doctor-command.ts')
  const outcome = await command.doctor({
    flags,
    config: result.config,
    print: (line) => process.stdout.write(`${line}\n`),
    // Back to the beginning of the line, which is wiped.
    showProgress: process.stderr.isTTY
      ? (text) => process.stderr.write(`\r\u001B[K${text}`)
      : undefined,
    isColoured: process.stdout.isTTY && !process.env['NO_COLOR'],
  })
  if (typeof outcome !== 'boolean') return complain([outcome.problem])
  return outcome ? 0 : 1
}

function loggerFor({ logLevel }: Config): Logger {
  return createLogger(logLevel, (record) => {
    process.stderr.write(`${formatRecord(record, new Date())}\n`)
  })
}

function help(): Promise<number> {
  const commands = [...COMMANDS].map(([name, { about }]) => `  ${name.padEnd(24)}${about}`)
  return Promise.resolve(
    print(['Usage: npm run duet -- <command> [flags]', '', ...commands, '', helpText()].join('\n')),
  )
}

function print(text: string): number {
  process.stdout.write(`${text.trimEnd()}\n`)
  return 0
}

function complain(sentences: readonly string[]): number {
  for (const sentence of sentences) process.stderr.write(`duet: ${sentence}\n`)
  return 1
}

if (import.meta.main) {
  const code = await runCommand(Bun.argv.slice(2))
  if (code !== undefined) process.exit(code)
}
