import { captureCamera } from '../page/capture.ts'
import { element } from '../page/element.ts'
import { translatePage } from '../page/language.ts'
import { showStream } from '../page/video.ts'
import { sendStream } from './media.ts'
import { runStreamPage } from './stream-page.ts'
import { publisherWords } from './words.ts'

// Publishes camera and microphone by WHIP, to any address.

runStreamPage({
  kind: 'whip',
  words: translatePage(publisherWords),
  show: (stream) => showStream(element('local-video', HTMLVideoElement), stream),
  capture: captureCamera,
  connect: (options, captured = new MediaStream()) => sendStream(captured, options),
})
