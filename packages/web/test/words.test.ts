import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { outcomeOf, type Act } from '../src/design/outcome.ts'
import { AR } from '../src/i18n/ar/index.ts'
import { textsOf } from '../src/i18n/context.ts'
import { DE } from '../src/i18n/de/index.ts'
import { EN } from '../src/i18n/en/index.ts'
import { OUTCOMES } from '../src/i18n/en/outcomes.ts'
import { WORDS_AR } from '../src/i18n/words/ar/index.ts'
import { WORDS_DE } from '../src/i18n/words/de/index.ts'
import { deviceWords } from '../src/i18n/words/words.ts'

const german = deviceWords('de', WORDS_DE)
const arabic = deviceWords('ar', WORDS_AR)

suite('what the device says', () => {
  test('is said in the language of the page, by code and details', () => {
    const told = { code: 'wrong-passphrase', message: 'x', remedy: 'y', details: { of: 'vault', seconds: 2 } }
    assert.deepEqual(german.said(told), {
      message: 'Das ist nicht die Passphrase dieses Tresors.',
      remedy:
        'Warte 2 Sekunden und versuch es dann noch einmal; achte auf die Feststelltaste und die Tastaturbelegung.',
      isOurs: true,
    })
    assert.match(arabic.said(told).remedy ?? '', /^انتظر ثانيتين/u)
  })

  test('stands as the device worded it, and is said to be English, where its code is not known', () => {
    const told = { code: 'of-tomorrow', message: 'Something new', remedy: 'Wait.' }
    assert.deepEqual(german.said(told), { message: 'Something new.', remedy: 'Wait.', isOurs: false })
    assert.equal(german.said({ message: 'So.' }).isOurs, false)
    assert.equal(german.said({ code: 'toString', message: 'So.' }).isOurs, false)
    assert.equal(deviceWords('de', undefined).said({ code: 'locked', message: 'Locked.' }).isOurs, false)
  })

  test('and where a detail is missing that the sentence takes, as of a device of another version', () => {
    const told = { code: 'file-exists', message: 'There is something.' }
    assert.deepEqual(german.said(told), { message: 'There is something.', remedy: undefined, isOurs: false })
  })

  test('of another device that broke the protocol it is that, whatever the code', () => {
    const told = { code: 'signature-invalid', message: 'x', status: 502 }
    assert.equal(german.said(told).message, WORDS_DE.peers.other[0])
    assert.equal(german.said({ ...told, status: 500 }).isOurs, false)
    assert.equal(german.said({ code: 'key-malformed', message: 'x', status: 502 }).isOurs, true)
  })

  test('a path keeps its direction amid Arabic, and what chooses a sentence chooses it', () => {
    const { message } = arabic.said({ code: 'file-exists', message: 'x', details: { path: '/tmp/a b' } })
    assert.ok(message.includes('\u2068/tmp/a b\u2069'), message)
    const refused = { code: 'invitation-refused', message: 'x', details: { of: 'invitation-spent' } }
    assert.equal(arabic.said(refused).message, 'استُعملت الدعوة من قبل.')
  })

  test('names and places that look like messages stay what they are', () => {
    const details = { of: 'circle', name: '{of} <b>#</b> \u2019' }
    assert.equal(
      german.said({ code: 'not-found', message: 'x', details }).message,
      'Es gibt keinen Kreis namens „{of} <b>#</b> ’“.',
    )
  })

  test('a record of the audit log is said by its event, and one of tomorrow as it stands there', () => {
    assert.equal(german.event('vault-locked', 'the vault was locked').message, 'Der Tresor wurde gesperrt')
    assert.equal(german.event('of-tomorrow', 'so').isOurs, false)
    assert.equal(german.field('expires'), 'Endet')
    assert.equal(german.field('of-tomorrow'), undefined)
    assert.equal(german.reason('idle'), 'eine Weile hat es niemand benutzt')
    assert.equal(german.refusal('signature-invalid'), WORDS_DE.peers.other[0])
  })
})

suite('what became of what failed', () => {
  const ACTS = Object.keys(OUTCOMES).map((key) => key.replace('outcome.', '') as Act)

  for (const [locale, catalog] of Object.entries({ en: EN, de: DE, ar: AR }))
    test(`is said of each act in ${locale}, refused or unanswered`, () => {
      const { t } = textsOf(locale as 'en', catalog)
      for (const act of ACTS)
        for (const code of ['disk-full', 'not-running'])
          assert.match(outcomeOf(t, act, { code }), /\S.*[.]$/u, act)
    })

  test('where no answer came, nobody says that nothing was done', () => {
    const { t } = textsOf('en', EN)
    const unanswered = outcomeOf(t, 'send', { code: 'not-running' })
    assert.match(unanswered, /not known/u)
    assert.match(outcomeOf(t, 'send', { code: 'disk-full' }), /was not sent/u)
    assert.equal(outcomeOf(t, 'invite', { code: 'unexpected' }), EN['outcome.unknown'])
    const ought = ACTS.filter((act) => !['look', 'unlock', 'open', 'getFile', 'keepFile'].includes(act))
    const sure = ought.filter((act) => !/known|not sure/u.test(outcomeOf(t, act, { code: 'not-running' })))
    assert.deepEqual(sure, [])
  })
})
