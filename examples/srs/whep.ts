import { element } from '../page/element.ts'
import { translatePage } from '../page/language.ts'
import { receiveStream } from './media.ts'
import { SoundingVideo } from './sounding-video.ts'
import { runStreamPage } from './stream-page.ts'
import { playerWords } from './words.ts'

// Plays a stream by WHEP, from any address.

const video = new SoundingVideo(
  element('remote-video', HTMLVideoElement),
  element('sound', HTMLButtonElement),
)

runStreamPage({
  kind: 'whep',
  words: translatePage(playerWords),
  show: (stream) => video.show(stream),
  connect: (options, _captured, onStream) => receiveStream(onStream, options),
})
