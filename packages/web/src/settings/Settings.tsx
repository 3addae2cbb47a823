import { useEffect, useRef } from 'react'
import {
  Bell,
  HardDrive,
  Info,
  MonitorCog,
  Network,
  Palette,
  ScrollText,
  Stethoscope,
  type LucideIcon,
} from 'lucide-react'
import { BackButton } from '../app/BackButton.tsx'
import { go, PATHS, SETTINGS_PARTS, type SettingsPart } from '../app/route.ts'
import { useTexts } from '../i18n/context.ts'
import { AboutSettings } from './AboutSettings.tsx'
import { AuditSettings } from './AuditSettings.tsx'
import { ChannelSettings } from './ChannelSettings.tsx'
import { DeviceSettings } from './DeviceSettings.tsx'
import { DiagnosticsSettings } from './DiagnosticsSettings.tsx'
import { LookSettings } from './LookSettings.tsx'
import { NotificationSettings } from './NotificationSettings.tsx'
import { StorageSettings } from './StorageSettings.tsx'
import './settings.css'

const ICONS: Readonly<Record<SettingsPart, LucideIcon>> = {
  device: MonitorCog,
  look: Palette,
  notifications: Bell,
  storage: HardDrive,
  channels: Network,
  diagnostics: Stethoscope,
  audit: ScrollText,
  about: Info,
}

const PARTS = {
  device: DeviceSettings,
  look: LookSettings,
  notifications: NotificationSettings,
  storage: StorageSettings,
  channels: ChannelSettings,
  diagnostics: DiagnosticsSettings,
  audit: AuditSettings,
  about: AboutSettings,
} as const

/** What concerns this device and this page; each part at an address of its own. */
export function Settings({ part }: { readonly part: string }) {
  const { t } = useTexts()
  const chosen = SETTINGS_PARTS.find((one) => one === part) ?? 'device'
  const Part = PARTS[chosen]
  const nav = useRef<HTMLElement>(null)
  // Where they scroll, the one that was come to by another way may be out of sight.
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [chosen])
  return (
    <div className="settings">
      <header className="pane-head">
        <BackButton />
        <h1>{t('settings.title')}</h1>
      </header>
      <nav ref={nav} className="settings-nav" aria-label={t('settings.title')}>
        <ul>
          {SETTINGS_PARTS.map((one) => (
            <li key={one}>
              <PartLink part={one} isChosen={one === chosen} />
            </li>
          ))}
        </ul>
      </nav>
      {/* Another part begins at its top. */}
      <div key={chosen} className="settings-body" tabIndex={0} role="region" aria-labelledby="settings-part">
        <div className="settings-column">
          <h2 id="settings-part" className="settings-title">
            {t(`settings.${chosen}`)}
          </h2>
          <Part />
        </div>
      </div>
    </div>
  )
}

function PartLink({ part, isChosen }: { readonly part: SettingsPart; readonly isChosen: boolean }) {
  const { t } = useTexts()
  const Icon = ICONS[part]
  return (
    <a
      className="settings-link"
      href={PATHS.settings(part)}
      aria-current={isChosen ? 'page' : undefined}
      onClick={(event) => {
        event.preventDefault()
        go(PATHS.settings(part))
      }}
    >
      <Icon size={18} aria-hidden />
      {t(`settings.${part}`)}
    </a>
  )
}
