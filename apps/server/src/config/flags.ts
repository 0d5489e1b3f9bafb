import { nearestName } from './nearest-name.ts'
import { flagOf, SCHEMA, type Option } from './schema.ts'

/** The flags of a command line, not yet understood. */
export interface Flags {
  /** By key of the schema, in the order given. */
  values: ReadonlyMap<string, string[]>
  wants: 'help' | 'version' | undefined
  errors: readonly string[]
}

const KEY_BY_FLAG = new Map(Object.keys(SCHEMA).map((key) => [flagOf(key), key]))
const FLAGS = [...KEY_BY_FLAG.keys(), '--help', '--version']

/** Splits `--flag value` and `--flag=value`; a flag may come again. */
export function readFlags(args: readonly string[]): Flags {
  const values = new Map<string, string[]>()
  const errors: string[] = []
  if (args.includes('--help') || args.includes('-h')) return { values, wants: 'help', errors }
  if (args.includes('--version')) return { values, wants: 'version', errors }

  const rest = [...args]
  let secretFlag: string | undefined
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (!arg.startsWith('-')) {
      errors.push(
        secretFlag === undefined
          ? `"${shown(arg)}" belongs to no flag`
          : `${secretFlag} is followed by too many words: put its value in quotes`,
      )
      continue
    }
    const [flag, inline] = splitOnce(arg)
    const key = KEY_BY_FLAG.get(flag)
    const takesNext = inline === undefined && rest[0] !== undefined && !rest[0].startsWith('--')
    const value = takesNext ? rest.shift() : inline
    secretFlag = isSecret(key) ? flag : undefined
    if (key === undefined) errors.push(unknownFlag(shown(flag)))
    else if (value === undefined) errors.push(`${flag} needs a value`)
    else values.set(key, [...(values.get(key) ?? []), value])
  }
  return { values, wants: undefined, errors }
}

function isSecret(key: string | undefined): boolean {
  const option = Object.entries<Option>(SCHEMA).find(([name]) => name === key)?.[1]
  return option?.type.shown !== undefined
}

/** A misplaced word without what may be the password in `name:password`. */
function shown(word: string): string {
  return word.replace(/[:=].*/s, (rest) => `${rest[0]}…`)
}

function splitOnce(arg: string): [string, string | undefined] {
  const equals = arg.indexOf('=')
  return equals < 0 ? [arg, undefined] : [arg.slice(0, equals), arg.slice(equals + 1)]
}

function unknownFlag(flag: string): string {
  const nearest = nearestName(flag, FLAGS)
  return `${flag} is not known${nearest ? `; did you mean ${nearest}?` : ': see --help'}`
}
