import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { senderWords, tvWords } from '../cast/words.ts'
import { words as messages } from '../messages/words.ts'
import { words as room } from '../room/words.ts'
import { oneToOneWords, playerWords, publisherWords } from '../srs/words.ts'
import { words as topic } from '../topic/words.ts'

const PAGES = [
  { page: 'room/room.html', words: room },
  { page: 'topic/topic.html', words: topic },
  { page: 'messages/messages.html', words: messages },
  { page: 'cast/cast-tv.html', words: tvWords },
  { page: 'cast/cast-send.html', words: senderWords },
  { page: 'srs/one2one.html', words: oneToOneWords },
  { page: 'srs/whip.html', words: publisherWords },
  { page: 'srs/whep.html', words: playerWords },
]

test.each(PAGES)('$page names only words that there are, in both languages', ({ page, words }) => {
  const html = readFileSync(join(import.meta.dir, '..', page), 'utf8')
  const named = Array.from(html.matchAll(/data-(?:word|label)="(\w+)"/g), ([, word = '']) => word)
  expect(named.length).toBeGreaterThan(0)
  for (const language of [words.en, words.zh]) {
    expect(named.filter((word) => typeof Reflect.get(language, word) !== 'string')).toEqual([])
  }
  expect(Object.keys(words.zh)).toEqual(Object.keys(words.en))
})
