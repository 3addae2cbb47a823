import { useTexts } from '../i18n/context.ts'
import { CreateCircle } from './CreateCircle.tsx'
import { JoinCircle } from './JoinCircle.tsx'
import './start.css'

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
