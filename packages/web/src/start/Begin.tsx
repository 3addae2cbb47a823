import { useState, type SubmitEvent } from 'react'
import { useAct } from '../device/queries.ts'
import { Button } from '../design/Button.tsx'
import { FaultNote } from '../design/Note.tsx'
import { TextField } from '../design/TextField.tsx'
import { useTexts } from '../i18n/context.ts'
import { go, PATHS } from '../app/route.ts'

/** A first circle, or a further one: made here, or joined. */
export function Begin() {
  const { t } = useTexts()
  return (
    <section className="begin" aria-labelledby="begin-title">
      <h1 id="begin-title">{t('begin.title')}</h1>
      <p className="quiet">{t('begin.text')}</p>
      <div className="begin-ways">
        <CreateCircle />
        <JoinCircle />
      </div>
    </section>
  )
}

function CreateCircle() {
  const { t } = useTexts()
  const [name, setName] = useState('')
  const create = useAct('createCircle')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    create.mutate(
      { name: name.trim() },
      { onSuccess: ({ circle }) => go(PATHS.circlePart(circle, 'invitations')) },
    )
  }
  return (
    <form className="card stack" onSubmit={submit}>
      <h2>{t('begin.create')}</h2>
      <p className="quiet small">{t('begin.create.text')}</p>
      <TextField label={t('begin.name')} value={name} onChange={setName} isRequired autoComplete="off" />
      <FaultNote fault={create.error} />
      <Button kind="primary" type="submit" isPending={create.isPending}>
        {t('begin.create.action')}
      </Button>
    </form>
  )
}

function JoinCircle() {
  const { t } = useTexts()
  const [link, setLink] = useState('')
  const join = useAct('join')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (link.trim() === '') return
    join.mutate({ link: link.trim() }, { onSuccess: ({ circle }) => go(PATHS.circlePart(circle, 'members')) })
  }
  return (
    <form className="card stack" onSubmit={submit}>
      <h2>{t('begin.join')}</h2>
      <p className="quiet small">{t('begin.join.text')}</p>
      <TextField
        label={t('begin.link')}
        value={link}
        onChange={setLink}
        isRequired
        autoComplete="off"
        spellCheck="false"
      />
      {join.isPending && <p role="status">{t('begin.joining')}</p>}
      <FaultNote fault={join.error} />
      <Button kind="primary" type="submit" isPending={join.isPending}>
        {t('begin.join.action')}
      </Button>
    </form>
  )
}
