/** What the page asks of whoever chose something to send. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChosenFolder, isCleaned } from '../src/composer/chosen.ts'

test('the choice of what pictures and recordings tell is shown for all that are cleaned, also where the browser knows no type for them', () => {
  const file = (name: string, type = ''): File => new File(['x'], name, { type })
  for (const picture of [file('a', 'image/jpeg'), file('IMG_0001.HEIC'), file('b.heif'), file('c.avif')])
    assert.ok(isCleaned(picture), picture.name)
  for (const recording of [
    file('a', 'video/mp4'),
    file('b', 'audio/mpeg'),
    file('IMG_0002.MOV'),
    file('c.mkv'),
  ])
    assert.ok(isCleaned(recording), recording.name)
  assert.ok(isCleaned(new ChosenFolder('Holiday', [])))
  assert.ok(!isCleaned(file('notes.txt', 'text/plain')))
  assert.ok(!isCleaned(file('heic', '')))
})
