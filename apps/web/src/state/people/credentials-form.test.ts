import { expect, test } from 'bun:test'
import { CredentialsForm } from './credentials-form.ts'
import { Submission } from './submission.ts'

function filled(name: string, password: string): CredentialsForm {
  const form = new CredentialsForm()
  form.type('name', name)
  form.type('password', password)
  return form
}

test.each([
  ['', 'long enough', 'bad-user-name', 'name'],
  ['a b', 'long enough', 'bad-user-name', 'name'],
  ['ann', 'short', 'weak-password', 'password'],
  ['annalena', 'ANNALENA', 'weak-password', 'password'],
  ['ann', 'x'.repeat(257), 'weak-password', 'password'],
] as const)('%p with %p makes no account: %s', (name, password, code, place) => {
  const form = filled(name, password)
  expect(form.forRegistration()).toBeUndefined()
  expect(form.submission.fault.value?.code).toBe(code)
  expect(form.faultPlace.value).toBe(place)
  form.type('password', 'another')
  expect(form.submission.fault.value).toBeNull()
})

test('a login is not judged by the rules for new passwords', () => {
  expect(filled('ann', 'old').forLogin()).toEqual({ name: 'ann', password: 'old' })
  const empty = filled('ann', '')
  expect(empty.forLogin()).toBeUndefined()
  expect(empty.submission.fault.value?.code).toBe('wrong-credentials')
})

test('a form is not submitted twice at a time', async () => {
  const submission = new Submission()
  let asked = 0
  const ask = () => {
    asked += 1
    return Promise.resolve({ ok: true, value: asked } as const)
  }
  const [first, second] = await Promise.all([submission.run(ask), submission.run(ask)])
  expect([first, second]).toEqual([{ value: 1 }, undefined])
  expect(submission.isDone.value).toBe(true)
})

test('what was wrong before is said until something is typed', () => {
  const form = new CredentialsForm({ code: 'name-taken' })
  expect(form.faultPlace.value).toBe('name')
  form.type('name', 'ben')
  expect(form.submission.fault.value).toBeNull()
})
