import { useState, type SubmitEvent } from 'react'
import type { Circle } from '@triode/api'
import { useAct } from '../device/queries.ts'
import { Button } from '../design/Button.tsx'
import { FaultNote } from '../design/Note.tsx'
import { Radios } from '../design/Radios.tsx'
import { TextField } from '../design/TextField.tsx'
import { useTexts } from '../i18n/context.ts'
import { go, PATHS } from '../app/route.ts'

type Suite = Circle['suite']
/** The usual one first. */
const SUITES: readonly Suite[] = ['hybrid', 'cnsa', 'p384']

export function CreateCircle() {
  const { t } = useTexts()
  const [name, setName] = useState('')
  const [nickname, setNickname] = useState('')
  const [suite, setSuite] = useState<Suite>('hybrid')
  const create = useAct('createCircle')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    create.mutate(
      { name: name.trim(), suite, ...(nickname.trim() !== '' && { nickname: nickname.trim() }) },
      { onSuccess: ({ circle }) => go(PATHS.circlePart(circle, 'invitations')) },
    )
  }
  return (
    <form className="card stack" onSubmit={submit}>
      <h2>{t('begin.create')}</h2>
      <p className="quiet small">{t('begin.create.text')}</p>
      <TextField label={t('begin.name')} value={name} onChange={setName} isRequired autoComplete="off" />
      <details className="more">
        <summary>{t('begin.more')}</summary>
        <div className="stack">
          <TextField label={t('begin.nickname')} value={nickname} onChange={setNickname} autoComplete="off" />
          <Radios
            label={t('begin.suite')}
            choices={SUITES.map((id) => ({ id, label: t(`suite.${id}`) }))}
            value={suite}
            onChange={setSuite}
          />
        </div>
      </details>
      <FaultNote fault={create.error} act="createCircle" />
      <Button kind="primary" type="submit" isPending={create.isPending}>
        {t('begin.create.action')}
      </Button>
    </form>
  )
}
