import { describe, expect, test } from 'bun:test'
import { Emitter } from './emitter.ts'

type Events = { said: [text: string, loud: boolean]; gone: [] }

describe('Emitter', () => {
  test('calls listeners in the order in which they came, with all arguments', () => {
    const emitter = new Emitter<Events>()
    const heard: unknown[] = []
    emitter.on('said', (text, isLoud) => heard.push(['first', text, isLoud]))
    emitter.on('said', (text, isLoud) => heard.push(['second', text, isLoud]))
    emitter.on('gone', () => heard.push(['gone']))
    emitter.emit('said', 'hello', true)
    expect(heard).toEqual([
      ['first', 'hello', true],
      ['second', 'hello', true],
    ])
  })

  test('a throwing listener is reported and keeps nobody from hearing', () => {
    const reports: unknown[] = []
    const emitter = new Emitter<Events>((error, event) => reports.push([error, event]))
    const heard: string[] = []
    const error = new Error('bad listener')
    emitter.on('said', () => {
      throw error
    })
    emitter.on('said', (text) => heard.push(text))
    emitter.emit('said', 'hello', false)
    expect(heard).toEqual(['hello'])
    expect(reports).toEqual([[error, 'said']])
  })

  test('an unsubscribed listener hears nothing more, and again is harmless', () => {
    const emitter = new Emitter<Events>()
    const heard: string[] = []
    const unsubscribe = emitter.on('said', (text) => heard.push(text))
    emitter.emit('said', 'one', false)
    unsubscribe()
    unsubscribe()
    emitter.emit('said', 'two', false)
    expect(heard).toEqual(['one'])
  })

  test('a listener that comes during an event hears the next one', () => {
    const emitter = new Emitter<Events>()
    const heard: string[] = []
    emitter.on('said', (first) => {
      if (first === 'one') emitter.on('said', (text) => heard.push(text))
    })
    emitter.emit('said', 'one', false)
    emitter.emit('said', 'two', false)
    expect(heard).toEqual(['two'])
  })

  test('clear drops all listeners', () => {
    const emitter = new Emitter<Events>()
    const heard: string[] = []
    emitter.on('said', (text) => heard.push(text))
    emitter.on('gone', () => heard.push('gone'))
    emitter.clear()
    emitter.emit('said', 'one', false)
    emitter.emit('gone')
    expect(heard).toEqual([])
    emitter.on('gone', () => heard.push('gone again'))
    emitter.emit('gone')
    expect(heard).toEqual(['gone again'])
  })
})
