import { useQueryClient } from '@tanstack/react-query'
import type { CircleDetail } from '@triode/api'
import { NameForm } from '../design/NameForm.tsx'
import { useAct, useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { mayNameItself, mayRename } from './rights.ts'

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
      {data !== undefined && mayNameItself(role) && (
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
