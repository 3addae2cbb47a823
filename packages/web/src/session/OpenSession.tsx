import { useEffect, useState, type SubmitEvent } from 'react'
import { ApiFault, type Session } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { FaultNote, Note } from '../design/Note.tsx'
import { TextField } from '../design/TextField.tsx'
import { loseTrays } from '../composer/trays.ts'
import { useTexts } from '../i18n/context.ts'
import { Threshold } from '../start/Threshold.tsx'
import { codeIn, redeem } from './session.ts'

type Refusal = 'malformed' | 'refused' | ApiFault

/** Where the page was opened without a code: says how to get one, and takes it. */
export function OpenSession({ onOpen }: { readonly onOpen: (session: Session) => void }) {
  const { t } = useTexts()
  // What was chosen to be sent went with the session.
  useEffect(loseTrays, [])
  const [text, setText] = useState('')
  const [refusal, setRefusal] = useState<Refusal>()
  const open = async (event: SubmitEvent) => {
    event.preventDefault()
    const code = codeIn(text)
    if (code === undefined) setRefusal('malformed')
    else await redeem(code).then(onOpen, (error: unknown) => setRefusal(refusalOf(error)))
  }
  return (
    <Threshold title={t('session.title')} text={t('session.text')}>
      <form className="stack" onSubmit={open}>
        <TextField
          label={t('session.field')}
          value={text}
          onChange={setText}
          autoFocus
          autoComplete="off"
          spellCheck="false"
          error={refusal === 'malformed' ? t('session.malformed') : undefined}
        />
        {refusal === 'refused' && <Note kind="danger">{t('session.refused')}</Note>}
        {refusal instanceof ApiFault && <FaultNote fault={refusal} act="open" />}
        <Button kind="primary" type="submit" wide>
          {t('session.open')}
        </Button>
      </form>
    </Threshold>
  )
}

function refusalOf(error: unknown): Refusal {
  const isCode = error instanceof ApiFault && error.code.startsWith('launch-code')
  return error instanceof ApiFault && !isCode ? error : 'refused'
}
