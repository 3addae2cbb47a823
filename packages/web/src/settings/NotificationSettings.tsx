import { useState } from 'react'
import { Note } from '../design/Note.tsx'
import { Switch } from '../design/Switch.tsx'
import { useTexts } from '../i18n/context.ts'
import { choose, useChoice } from '../notify/choices.ts'

type Permission = NotificationPermission | 'unsupported'

function permissionNow(): Permission {
  return 'Notification' in window ? Notification.permission : 'unsupported'
}

/** What is told outside of the page. The browser is asked for leave only when somebody turns it on. */
export function NotificationSettings() {
  const { t } = useTexts()
  const [permission, setPermission] = useState(permissionNow)
  const isDesktop = useChoice('desktop')
  const isContent = useChoice('content')
  const isCount = useChoice('count')
  const isNames = useChoice('names')
  const isOn = isDesktop && permission === 'granted'
  const turn = async (on: boolean) => {
    if (on && permission === 'default') await Notification.requestPermission()
    setPermission(permissionNow())
    choose('desktop', on && permissionNow() === 'granted')
  }
  return (
    <div className="settings-group">
      <p className="quiet">{t('look.kept')}</p>
      <div>
        <Switch
          isSelected={isOn}
          isDisabled={permission === 'denied' || permission === 'unsupported'}
          onChange={(on) => void turn(on)}
        >
          {t('notify.desktop')}
        </Switch>
        <p className="field-hint">
          {t('notify.desktop.text')} {t('notify.muted')}
        </p>
      </div>
      {permission === 'denied' && <Note kind="warning">{t('notify.denied')}</Note>}
      {permission === 'unsupported' && <Note>{t('notify.unsupported')}</Note>}
      <div>
        <Switch isSelected={isContent} isDisabled={!isOn} onChange={(on) => choose('content', on)}>
          {t('notify.content')}
        </Switch>
        <p className="field-hint">{t('notify.content.hint')}</p>
      </div>
      <Switch isSelected={isCount} onChange={(on) => choose('count', on)}>
        {t('notify.count')}
      </Switch>
      <div>
        <Switch isSelected={isNames} onChange={(on) => choose('names', on)}>
          {t('notify.names')}
        </Switch>
        <p className="field-hint">{t('notify.names.hint')}</p>
      </div>
    </div>
  )
}
