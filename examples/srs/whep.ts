import { element } from '../page/element.ts'
import { translatePage } from '../page/language.ts'
import { receiveStream } from './media.ts'
import { runStreamPage } from './stream-page.ts'
import { playerWords } from './words.ts'

// Plays a stream by WHEP, from any address.

runStreamPage({
  kind: 'whep',
  words: translatePage(playerWords),
  video: element('remote-video', HTMLVideoElement),
  connect: (options, _captured, onStream) => receiveStream(onStream, options),
})
