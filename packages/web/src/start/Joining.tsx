import { useEffect, useState } from 'react'
import { useTexts } from '../i18n/context.ts'

/** Within a network a device is found in this time as a rule: longer says that something is amiss. */
const USUAL_MS = 8_000

/** What goes on while a circle is being joined; and once it takes longer than usual, what may be the matter. */
export function Joining() {
  const { t } = useTexts()
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), USUAL_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="joining" role="status">
      <span className="spinner" aria-hidden />
      <div>
        <p>{t('begin.joining')}</p>
        {isLong && <p className="small quiet">{t('begin.joining.long')}</p>}
      </div>
    </div>
  )
}
