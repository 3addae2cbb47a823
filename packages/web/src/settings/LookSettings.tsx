import { use, useState } from 'react'
import {
  chooseAppearance,
  chosenAppearance,
  DENSITIES,
  MOTIONS,
  TEXT_SIZES,
  type Appearance,
} from '../design/appearance.ts'
import { Radios } from '../design/Radios.tsx'
import { Switch } from '../design/Switch.tsx'
import { chooseTheme, chosenTheme, THEMES, type Theme } from '../design/theme.ts'
import { useTexts } from '../i18n/context.ts'
import { LOCALES, type Locale } from '../i18n/locales.ts'
import { ChooseLocaleContext } from '../i18n/LocaleProvider.tsx'

const LANGUAGES = Object.keys(LOCALES) as (keyof typeof LOCALES)[]

/** How the page looks and which language it speaks. */
export function LookSettings() {
  const { t } = useTexts()
  const [appearance, setAppearance] = useState(chosenAppearance)
  const change = (part: Partial<Appearance>) => {
    chooseAppearance(part)
    setAppearance(chosenAppearance())
  }
  return (
    <div className="settings-group">
      <p className="quiet">{t('look.kept')}</p>
      <Language />
      <ThemeChoice />
      <Radios
        label={t('look.text')}
        choices={TEXT_SIZES.map((id) => ({ id, label: t(`look.text.${id}`) }))}
        value={appearance.text}
        onChange={(text) => change({ text })}
      />
      <Radios
        label={t('look.density')}
        choices={DENSITIES.map((id) => ({ id, label: t(`look.density.${id}`) }))}
        value={appearance.density}
        onChange={(density) => change({ density })}
      />
      <Radios
        label={t('look.motion')}
        choices={MOTIONS.map((id) => ({ id, label: t(`look.motion.${id}`) }))}
        value={appearance.motion}
        onChange={(motion) => change({ motion })}
      />
      <div>
        <Switch
          isSelected={appearance.singleKeys === 'on'}
          onChange={(on) => change({ singleKeys: on ? 'on' : 'off' })}
        >
          {t('look.keys')}
        </Switch>
        <p className="field-hint">{t('look.keys.hint')}</p>
      </div>
    </div>
  )
}

function ThemeChoice() {
  const { t } = useTexts()
  const [theme, setTheme] = useState(chosenTheme)
  const change = (next: Theme) => {
    chooseTheme(next)
    setTheme(next)
  }
  return (
    <Radios
      label={t('look.theme')}
      choices={THEMES.map((id) => ({ id, label: t(`look.theme.${id}`) }))}
      value={theme}
      onChange={change}
    />
  )
}

/** Each in its own name: who can't read the page finds theirs. */
function Language() {
  const { t, locale } = useTexts()
  const choose = use(ChooseLocaleContext)
  return (
    <Radios<Locale>
      label={t('look.language')}
      choices={LANGUAGES.map((id) => ({ id, label: LOCALES[id], lang: id }))}
      value={locale}
      onChange={choose}
    />
  )
}
