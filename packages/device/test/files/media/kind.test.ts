import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { supportedMimeTypes } from 'file-type'
import { kindOf, mayBeImage } from '../../../src/files/media/kind.ts'

const bytes = (text: string): Buffer => Buffer.from(text.padEnd(64, '\0'), 'latin1')

const JPEG = bytes('\xff\xd8\xff\xe0\0\x10JFIF')
const ZIP = bytes('PK\x03\x04\x14\0\0\0')

describe('what a file is', () => {
  it('is told by what is in it, whatever its name says', async () => {
    assert.equal(await kindOf(JPEG, 'letter.txt'), 'image/jpeg')
    assert.equal(await kindOf(JPEG, 'picture.png'), 'image/jpeg')
    assert.equal(await kindOf(bytes('%PDF-1.7'), 'no name'), 'application/pdf')
  })

  it('is told by its name where the content says nothing, or only how it is packed', async () => {
    assert.equal(await kindOf(Buffer.from('just words'), 'letter.txt'), 'text/plain')
    assert.match(await kindOf(ZIP, 'letter.docx'), /wordprocessingml/)
    assert.equal(await kindOf(ZIP, 'backup'), 'application/zip')
    assert.equal(await kindOf(bytes('<?xml version="1.0"?><svg'), 'a.svg'), 'image/svg+xml')
    assert.equal(await kindOf(Buffer.from('BM is how many words begin'), 'a.md'), 'text/markdown')
    assert.equal(await kindOf(Buffer.alloc(0), 'nothing'), '')
  })

  it('has no parameters, and a name that browsers know', async () => {
    const opus = `OggS\0\x02${'\0'.repeat(22)}OpusHead`
    assert.equal(await kindOf(bytes(opus), 'voice'), 'audio/ogg')
    assert.equal(await kindOf(bytes('\0\0\0\x18ftypM4A \0\0\0\0'), 'song'), 'audio/mp4')
    assert.equal(await kindOf(bytes('\0\0\0\x18ftypmp42\0\0\0\0'), 'song.m4a'), 'audio/mp4')
    assert.equal(await kindOf(bytes('\0\0\0\x18ftypmp42\0\0\0\0'), 'film.txt'), 'video/mp4')
  })

  it('is never longer than what a message makes room for', () => {
    const [longest = ''] = [...supportedMimeTypes].sort((a, b) => b.length - a.length)
    assert.ok(
      longest.length <= 'application/vnd.openxmlformats-officedocument.presentationml.presentation'.length,
    )
  })
})

describe('an image', () => {
  it('is known by its first bytes, raw ones of cameras too, or by its name', async () => {
    for (const head of [
      JPEG,
      bytes('\x89PNG\r\n\x1a\n'),
      bytes('RIFF\0\0\0\0WEBPVP8 '),
      bytes('\0\0\0\x18ftypheic\0\0\0\0'),
      bytes('\0\0\0\x18ftypavif\0\0\0\0'),
      bytes('\0\0\0\x18ftypcrx \0\0\0\0'),
      bytes('II*\0\x10\0\0\0CR\x02\0'),
      bytes('MM\0*\0\0\0\x08'),
      bytes('FUJIFILMCCD-RAW '),
      bytes('IIU\0\x18\0\0\0'),
      bytes('GIF89a'),
      bytes('\0\0\0\x0cJXL \r\n\x87\n'),
    ]) {
      assert.ok(mayBeImage(head, 'unnamed'), head.toString('latin1'))
      assert.match(await kindOf(head, 'unnamed'), /^image\//, head.toString('latin1'))
    }
    assert.ok(mayBeImage(Buffer.from('<svg'), 'a.SVG'))
  })

  it('is not what other files begin with', () => {
    for (const head of [
      '%PDF-1.7',
      'PK\x03\x04',
      '\0\0\0\x18ftypisom',
      'ID3',
      '#!/bin/sh',
      'RIFF\0\0\0\0WAVEfmt ',
    ])
      assert.ok(!mayBeImage(bytes(head), 'unnamed'), head)
    assert.ok(!mayBeImage(Buffer.alloc(0), 'unnamed'))
  })
})
