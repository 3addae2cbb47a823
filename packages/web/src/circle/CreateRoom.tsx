import { useState, type SubmitEvent } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { go, PATHS } from '../app/route.ts'
import { Button } from '../design/Button.tsx'
import { FaultNote } from '../design/Note.tsx'
import { TextField } from '../design/TextField.tsx'
import { useAct, useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { useMemberName } from '../verify/memberName.ts'
import { mayJoinRoom } from './rights.ts'

export function CreateRoom({ circle }: { readonly circle: string }) {
  const { t } = useTexts()
  const queries = useQueryClient()
  const nameOf = useMemberName(circle)
  const { data } = useRoute('members', { circle })
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const create = useAct('createRoom')
  const others = (data?.members ?? []).filter(
    ({ me, state, role }) => !me && state === 'active' && mayJoinRoom(role),
  )
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    create.mutate(
      { circle, name: name.trim(), members: [...chosen] },
      {
        onSuccess: ({ conversation }) => {
          void queries.invalidateQueries({ queryKey: ['conversations'] })
          go(PATHS.conversation(conversation))
        },
      },
    )
  }
  return (
    <form className="card stack" onSubmit={submit}>
      <h2>{t('rooms.create')}</h2>
      <TextField label={t('rooms.name')} value={name} onChange={setName} isRequired autoComplete="off" />
      <fieldset className="checks">
        <legend className="field-label">{t('rooms.who')}</legend>
        {others.length === 0 && <p className="small quiet">{t('rooms.nobody')}</p>}
        {others.map((member) => (
          <label key={member.member} className="check">
            <input
              type="checkbox"
              checked={chosen.has(member.member)}
              onChange={({ target }) => setChosen(withOne(chosen, member.member, target.checked))}
            />
            {nameOf(member)}
          </label>
        ))}
      </fieldset>
      <FaultNote fault={create.error} act="room" />
      <Button kind="primary" type="submit" isPending={create.isPending}>
        {t('rooms.create.action')}
      </Button>
    </form>
  )
}

function withOne(set: ReadonlySet<string>, one: string, isIn: boolean): ReadonlySet<string> {
  return isIn ? new Set([...set, one]) : new Set([...set].filter((other) => other !== one))
}
