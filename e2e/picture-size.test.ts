import { useStage } from './harness/stage.ts'
import { talk } from './harness/talk.ts'
import { waitUntil } from './harness/wait.ts'

const stage = useStage()

stage.test('the picture begins small and grows to its full size', async (scene) => {
  const { ann, ben } = await talk(scene, { person: { hasSmallCamera: false } })
  for (const person of [ann, ben]) {
    await waitUntil('a wide picture', () => person.pictureWidth(), {
      isGood: (width) => width > 640,
    })
  }
})
