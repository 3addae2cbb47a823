import { useEffect } from 'react'
import { go, PATHS } from '../app/route.ts'
import { useTexts } from '../i18n/context.ts'
import { CreateCircle } from './CreateCircle.tsx'
import { JoinCircle } from './JoinCircle.tsx'
import './start.css'
import '../design/more.css'

/** A first circle, or a further one: made here, or joined. */
export function Begin() {
  const { t } = useTexts()
  // Shown at home while there is no circle: the first one must not take away what is said about it here.
  useEffect(() => go(PATHS.start(), { replace: true }), [])
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
