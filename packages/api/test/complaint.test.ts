/** How a program of Triode ends when something goes wrong. */
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { suite, test } from 'node:test'
import { ApiFault } from '@triode/api'
import { calledAs, calledFor, complain, Declined, EXIT } from '@triode/api/local'
import { CallerFault, IntegrityFault, PeerFault, Unavailable } from '@triode/core'

suite('complaints', () => {
  test('end in the exit code that scripts rely on', () => {
    const exits: [Error, number][] = [
      [new CallerFault('bad-input'), EXIT.wrongUse],
      [new CallerFault('not-found'), EXIT.wrongUse],
      [new CallerFault('ambiguous'), EXIT.wrongUse],
      [new CallerFault('wrong-passphrase'), EXIT.refused],
      [new CallerFault('locked'), EXIT.refused],
      [new CallerFault('vault-exists'), EXIT.refused],
      [new CallerFault('not-allowed'), EXIT.refused],
      [new PeerFault('invitation-spent'), EXIT.refused],
      [new PeerFault('malformed'), EXIT.refused],
      [new Unavailable('inviter-unreachable'), EXIT.unreachable],
      [new IntegrityFault('vault-damaged'), EXIT.failed],
      [new ApiFault({ status: 0, code: 'not-running', message: 'no' }), EXIT.unreachable],
      [new ApiFault({ status: 401, code: 'token-refused', message: 'no' }), EXIT.refused],
      [new TypeError('a defect'), EXIT.failed],
      [new Declined(), EXIT.interrupted],
    ]
    for (const [error, exit] of exits)
      assert.equal(complain(error, new PassThrough(), false), exit, String(error))
  })

  test('tell programs the details that the device gave, and people none', () => {
    const told = { status: 409, code: 'file-exists', message: 'It is there', details: { path: '/a/b' } }
    const [stderr, json] = [new PassThrough(), new PassThrough()]
    complain(new ApiFault(told), stderr, false)
    complain(new ApiFault(told), json, true)
    assert.equal(String(stderr.read()), 'triode: It is there.\n')
    const { code, message, details } = told
    assert.deepEqual(JSON.parse(String(json.read())), { error: { code, message, details } })
  })

  test('are one line of whole sentences, whatever names they quote', () => {
    const message = "'x' may be \u001b[2J\u202eBob\nor Rob"
    const fault = new CallerFault('ambiguous', { message, remedy: 'Use the id.' })
    const [stderr, json] = [new PassThrough(), new PassThrough()]
    complain(fault, stderr, false)
    complain(fault, json, true)
    assert.equal(String(stderr.read()), "triode: 'x' may be [2JBob or Rob. Use the id.\n")
    const line = String(json.read())
    assert.match(line, /^[ -~]+\n$/)
    assert.equal((JSON.parse(line) as { error: { message: string } }).error.message, message)
  })

  test('name the command as it was called, to people, and only where a command is meant', () => {
    const remedy =
      'Run `triode unlock`, or the other: ./triode unlock, my-triode unlock. Triode is triode: see triode --help.'
    const fault = new CallerFault('locked', { message: 'Say triode help', remedy })
    const [stderr, json] = [new PassThrough(), new PassThrough()]
    complain(fault, stderr, false, calledAs({ TRIODE_COMMAND: '/opt/my triode' }))
    complain(fault, json, true, './triode')
    const told = remedy.replace('`triode unlock', "`'/opt/my triode' unlock")
    assert.equal(String(stderr.read()), `triode: Say triode help. ${told}\n`)
    assert.equal((JSON.parse(String(json.read())) as { error: { remedy: string } }).error.remedy, remedy)
    assert.deepEqual(
      [{}, { TRIODE_COMMAND: '' }, { TRIODE_COMMAND: './triode' }, { TRIODE_COMMAND: "it's" }].map(calledAs),
      ['triode', 'triode', './triode', "'it'\\''s'"],
    )
  })

  test('name the home in what is to be typed next, where it has to be said', () => {
    const env = { TRIODE_COMMAND: './triode', TRIODE_HOME: '/homes/mine' }
    assert.deepEqual(
      ['/homes/mine', '/homes/other', "/homes/bob's"].map((home) => calledFor(home, env)),
      ['./triode', './triode --home /homes/other', "./triode --home '/homes/bob'\\''s'"],
    )
  })

  test('say nothing of what nobody foresaw', () => {
    const stderr = new PassThrough()
    complain(new Error('canary'), stderr, true)
    assert.doesNotMatch(String(stderr.read()), /canary/)
  })
})
