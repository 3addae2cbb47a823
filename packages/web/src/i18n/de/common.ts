import type { COMMON as ENGLISH } from '../en/common.ts'

export const COMMON: Readonly<Record<keyof typeof ENGLISH, string>> = {
  'app.name': 'Triode',
  'action.cancel': 'Abbrechen',
  'action.close': 'Schließen',
  'action.back': 'Zurück',
  'action.copy': 'Kopieren',
  'action.copied': 'Kopiert',
  'action.retry': 'Noch einmal versuchen',
  'action.done': 'Fertig',
  'action.save': 'Speichern',
  'action.delete': 'Löschen',
  'action.more': 'Mehr',
  'action.menu': 'Menü',
  'action.search': 'Suchen',
  'state.loading': 'Lädt …',
  'link.lost': 'Das Gerät auf diesem Rechner antwortet nicht. Neuer Versuch …',
  'link.lost.detail':
    'Was du gesendet hast, liegt dort und geht hinaus, sobald es wieder läuft. Starte es mit „triode start“.',
  'fault.what': 'Was geschehen ist',
  'fault.remedy': 'Was zu tun ist',
  'nav.conversations': 'Unterhaltungen',
  'nav.circles': 'Kreise',
  'nav.settings': 'Einstellungen',
  'nav.new': 'Kreis gründen oder beitreten',
  'nav.lock': 'Jetzt sperren',
  'nav.skip': 'Zum Inhalt springen',
}
