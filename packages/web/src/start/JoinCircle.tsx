import { useEffect, useState, type SubmitEvent } from 'react'
import type { Joined } from '@triode/api'
import { onGo } from '../app/route.ts'
import { useAct } from '../device/queries.ts'
import { Button } from '../design/Button.tsx'
import { FaultNote } from '../design/Note.tsx'
import { TextField } from '../design/TextField.tsx'
import { useTexts } from '../i18n/context.ts'
import { QrReader } from '../qr/QrReader.tsx'
import { JoinedCircle } from './JoinedCircle.tsx'
import { Joining } from './Joining.tsx'

/** Into a circle of somebody else, by whatever they gave: one field takes a link and a spoken code, a picture fills it. */
export function JoinCircle() {
  const { t } = useTexts()
  const [link, setLink] = useState('')
  const [at, setAt] = useState('')
  const [nickname, setNickname] = useState('')
  const [joined, setJoined] = useState<Joined>()
  const join = useAct('join')
  useEffect(() => {
    if (joined === undefined) return
    // Who wants a further circle comes to where they are.
    return onGo(() => {
      setJoined(undefined)
      setLink('')
    })
  }, [joined])
  const start = (text: string) => {
    if (text.trim() === '') return
    join.mutate(
      {
        link: text.trim(),
        ...(at.trim() !== '' && { at: at.trim() }),
        ...(nickname.trim() !== '' && { name: nickname.trim() }),
      },
      { onSuccess: setJoined },
    )
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    start(link)
  }
  const read = (text: string) => {
    setLink(text.toLowerCase())
    start(text)
  }
  if (joined !== undefined) return <JoinedCircle joined={joined} />
  return (
    <form className="card stack" onSubmit={submit}>
      <h2>{t('begin.join')}</h2>
      <p className="quiet small">{t('begin.join.text')}</p>
      <TextField
        label={t('begin.link')}
        hint={t('begin.link.hint')}
        value={link}
        onChange={setLink}
        isRequired
        autoComplete="off"
        spellCheck="false"
        isDisabled={join.isPending}
      />
      {!join.isPending && <QrReader onRead={read} />}
      <details className="more">
        <summary>{t('begin.more')}</summary>
        <div className="stack">
          <TextField label={t('begin.nickname')} value={nickname} onChange={setNickname} autoComplete="off" />
          <TextField
            label={t('begin.at')}
            hint={t('begin.at.hint')}
            value={at}
            onChange={setAt}
            autoComplete="off"
            spellCheck="false"
          />
        </div>
      </details>
      {join.isPending && <Joining />}
      <FaultNote fault={join.error} act="join" />
      <Button kind="primary" type="submit" isPending={join.isPending}>
        {t('begin.join.action')}
      </Button>
    </form>
  )
}
