import { CAST_CODE_LENGTH } from '@duet/client'
import { useTvWords } from './use-tv-words.ts'

const GROUP = CAST_CODE_LENGTH / 2

/** The code in two groups, each character in a place of its own; empty places while there is none. */
export function CastCode({ code }: { code: string | null }) {
  const words = useTvWords()
  if (code === null) {
    return (
      <p class="tv-code" aria-hidden="true">
        <Groups characters={Array.from({ length: CAST_CODE_LENGTH }, () => '')} />
      </p>
    )
  }
  const characters = Array.from(code)
  return (
    <p
      class="tv-code"
      role="img"
      aria-label={words.codeLabel(groupsOf(characters).map(spell).join(', '))}
      data-testid="cast-code"
    >
      <Groups characters={characters} />
    </p>
  )
}

function Groups({ characters }: { characters: readonly string[] }) {
  return (
    <>
      {groupsOf(characters).map((group, index) => (
        <span key={index} class="tv-code-group">
          {group.map((character, place) => (
            <span key={place} class="tv-code-place">
              {character}
            </span>
          ))}
        </span>
      ))}
    </>
  )
}

function groupsOf(characters: readonly string[]): (readonly string[])[] {
  return [characters.slice(0, GROUP), characters.slice(GROUP)]
}

function spell(characters: readonly string[]): string {
  return characters.join(' ')
}
