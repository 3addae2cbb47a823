import { useQueryClient } from '@tanstack/react-query'
import type { CircleDetail, Policy } from '@triode/api'
import { Choice } from '../design/Choice.tsx'
import { Loading } from '../design/Loading.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useAct, useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { ActNote } from './ActNote.tsx'
import { Pending } from './Pending.tsx'

/** What the circle asks of every device in it. */
export function Policies({ detail }: { readonly detail: CircleDetail }) {
  const { t } = useTexts()
  const { data, error } = useRoute('policies', { circle: detail.circle })
  if (data === undefined) return error === null ? <Loading /> : <FaultNote fault={error} act="look" />
  return (
    <div className="part">
      <p className="quiet">{t('policies.text')}</p>
      <Pending detail={detail} />
      {data.policies.map((policy) => (
        <PolicyCard key={policy.key} policy={policy} detail={detail} />
      ))}
    </div>
  )
}

function PolicyCard({ policy, detail }: { readonly policy: Policy; readonly detail: CircleDetail }) {
  const { t, formatList } = useTexts()
  const queries = useQueryClient()
  const set = useAct('setPolicy')
  const { key, value, values, means, setBy } = policy
  const word = selector(key)
  const valueText = (one: string) => t('policy.value', { policy: word, value: selector(one) })
  const isMine = detail.standing === undefined && setBy.includes(detail.role)
  const choices = values.map((id) => ({ id, label: valueText(id) }))
  const change = (next: string) =>
    set.mutate(
      { circle: detail.circle, key, value: next },
      { onSuccess: () => void queries.invalidateQueries({ queryKey: ['policies'] }) },
    )
  return (
    <section className="card stack" aria-label={t('policy.name', { policy: word })}>
      <h2>{t('policy.name', { policy: word })}</h2>
      <p className="quiet small">{t('policy.means', { policy: word, means })}</p>
      {isMine ? (
        <Choice
          label={t('policy.is')}
          choices={choices}
          value={value}
          onChange={change}
          isDisabled={set.isPending}
        />
      ) : (
        <p>
          <strong>{valueText(value)}</strong>
        </p>
      )}
      <p className="small quiet">
        {t('policy.setBy', { roles: formatList(setBy.map((role) => t('role.name', { role }))) })}{' '}
        {t('policy.usual', { value: valueText(policy.default) })}
      </p>
      <ActNote acted={set.data} />
      <FaultNote fault={set.error} act="govern" />
    </section>
  )
}

/** As messages can choose by it: theirs have no hyphens. */
export function selector(text: string): string {
  return text.replaceAll('-', '_')
}
