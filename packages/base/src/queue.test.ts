import { describe, expect, test } from 'bun:test'
import { SerialQueue } from './queue.ts'

describe('SerialQueue', () => {
  test('runs tasks one after the other, in the order of add', async () => {
    const queue = new SerialQueue()
    const steps: string[] = []
    const slow = Promise.withResolvers<undefined>()
    const first = queue.add(async () => {
      steps.push('first begins')
      await slow.promise
      steps.push('first ends')
      return 1
    })
    const second = queue.add(() => {
      steps.push('second')
      return 2
    })
    await Promise.resolve()
    expect(steps).toEqual(['first begins'])
    slow.resolve(undefined)
    expect(await Promise.all([first, second])).toEqual([1, 2])
    expect(steps).toEqual(['first begins', 'first ends', 'second'])
  })

  test('a task that fails rejects its own promise only', async () => {
    const queue = new SerialQueue()
    const failed = queue.add(() => {
      throw new Error('no')
    })
    const rejected = queue.add(() => Promise.reject(new Error('neither')))
    const fine = queue.add(() => 'fine')
    expect(await failureOf(failed)).toMatchObject({ message: 'no' })
    expect(await failureOf(rejected)).toMatchObject({ message: 'neither' })
    expect(await fine).toBe('fine')
  })

  test('close lets the running task end and rejects those that wait', async () => {
    const queue = new SerialQueue()
    const slow = Promise.withResolvers<string>()
    let hasRun = false
    const running = queue.add(() => slow.promise)
    const waiting = queue.add(() => {
      hasRun = true
    })
    await Promise.resolve()
    queue.close()
    queue.close()
    const late = queue.add(() => 'late')
    slow.resolve('ended')
    expect(await running).toBe('ended')
    expect(await failureOf(waiting)).toMatchObject({ code: 'closed' })
    expect(await failureOf(late)).toMatchObject({ code: 'closed' })
    expect(hasRun).toBe(false)
  })
})

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )
