import { useState, type SubmitEvent } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { CircleDetail } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { FaultNote } from '../design/Note.tsx'
import { TextField } from '../design/TextField.tsx'
import { useAct, useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { mayRename } from './rights.ts'

/** How the circle is called, and how it calls oneself. */
export function CircleNames({ detail }: { readonly detail: CircleDetail }) {
  const { t } = useTexts()
  const { circle, name, role } = detail
  const queries = useQueryClient()
  const rename = useAct('renameCircle')
  const call = useAct('setNickname')
  const { data } = useRoute('members', { circle })
  const mine = data?.members.find(({ me }) => me)?.name ?? ''
  const stale = (...routes: readonly string[]) => {
    for (const route of routes) void queries.invalidateQueries({ queryKey: [route] })
  }
  return (
    <div className="pair">
      {mayRename(role) && (
        <NameForm
          key={`circle ${name}`}
          label={t('begin.name')}
          name={name}
          act={rename}
          onSave={(text) =>
            text !== '' &&
            rename.mutate(
              { circle, name: text },
              { onSuccess: () => stale('circle', 'circles', 'conversations') },
            )
          }
        />
      )}
      {data !== undefined && (
        <NameForm
          key={`me ${mine}`}
          label={t('begin.nickname')}
          name={mine}
          act={call}
          onSave={(text) =>
            call.mutate(
              { circle, nickname: text === '' ? null : text },
              { onSuccess: () => stale('members', 'member') },
            )
          }
        />
      )}
    </div>
  )
}

interface NameFormProps {
  readonly label: string
  readonly name: string
  readonly act: Pick<ReturnType<typeof useAct>, 'error' | 'isPending'>
  readonly onSave: (text: string) => void
}

function NameForm({ label, name, act, onSave }: NameFormProps) {
  const { t } = useTexts()
  const [text, setText] = useState(name)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onSave(text.trim())
  }
  return (
    <form className="stack" onSubmit={submit}>
      <TextField label={label} value={text} onChange={setText} autoComplete="off" />
      <FaultNote fault={act.error} />
      {text.trim() !== name && (
        <div>
          <Button type="submit" isPending={act.isPending}>
            {t('action.save')}
          </Button>
        </div>
      )}
    </form>
  )
}
