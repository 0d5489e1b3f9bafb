import { flagOf, SCHEMA, variableOf, type Option } from './schema.ts'

const TEXT_COLUMN = 26
const WIDTH = 96

/** What `--help` prints. */
export function helpText(): string {
  const options = Object.entries<Option>(SCHEMA).map(([key, option]) => describe(key, option))
  return [
    'Usage: npm start -- [flags]',
    '',
    'Serves one-to-one calls: the web app, its signaling and a STUN/TURN server.',
    'Every flag can also be set by the variable named under it.',
    '',
    ...options,
    entry('--help, -h', ['Prints this.']),
    entry('--version', ['Prints the version.']),
    '',
  ].join('\n')
}

/** The default as a person would type it; undefined when the option may be missing. */
export function defaultOf(option: Option): string | undefined {
  if (option.arity === 'optional') return undefined
  if (option.arity === 'single') return option.default
  return option.default.length > 0 ? option.default.join(', ') : undefined
}

/** How several values are given; undefined when there can be one only. */
export function repetitionOf(option: Option): string | undefined {
  if (option.arity !== 'list') return undefined
  return option.separator === 'comma' ? 'repeatable' : 'repeatable, or one per line'
}

function describe(key: string, option: Option): string {
  const repetition = repetitionOf(option)
  const notes = [
    ...(repetition === undefined ? [] : [repetition]),
    ...(defaultOf(option) === undefined ? [] : [`default ${defaultOf(option)}`]),
  ]
  const about = notes.length > 0 ? `${option.about} (${notes.join('; ')})` : option.about
  const choices = option.type.name.includes(', ') ? [`One of ${option.type.name}.`] : []
  return entry(flagOf(key), [...wrap(about), ...choices, variableOf(key)])
}

function entry(name: string, lines: readonly string[]): string {
  return lines
    .map((line, index) => `  ${(index === 0 ? name : '').padEnd(TEXT_COLUMN - 2)}${line}`)
    .join('\n')
}

function wrap(text: string): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    const joined = line === '' ? word : `${line} ${word}`
    if (TEXT_COLUMN + joined.length > WIDTH) lines.push(word)
    else lines[lines.length - 1] = joined
  }
  return lines
}
