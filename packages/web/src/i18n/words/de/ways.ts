import type { WAYS as ENGLISH } from '../en/ways.ts'
import type { FaultWords } from '../catalog.ts'

const AGAIN =
  'Es wird von selbst noch einmal versucht; sieh nach, ob das andere Gerät läuft und zu erreichen ist.'
const BY_ITSELF = 'Nichts ist verloren; es geht von selbst weiter.'
const LATER = 'Versuch es später noch einmal.'
const PEER_RUNS = 'Das andere Gerät muss laufen und Tor eingeschaltet haben.'

export const WAYS: Readonly<Record<keyof typeof ENGLISH, FaultWords>> = {
  unreachable: ['Dort antwortet niemand.', AGAIN],
  'no-address': ['Von diesem Gerät ist keine Adresse bekannt.', AGAIN],
  'no-channel': ['Kein Kanal, der an ist, führt dorthin.', 'Sieh in den Einstellungen unter „Kanäle“ nach.'],
  'channel-failed': ['Ein Kanal ließ sich nicht starten.', 'Sieh in den Einstellungen unter „Kanäle“ nach.'],
  'channel-off': ['Der Kanal ist aus.', 'Schalte ihn in den Einstellungen unter „Kanäle“ an.'],
  'frame-failed': ['Mit etwas, das ein anderes Gerät sandte, ging es gerade nicht weiter.', BY_ITSELF],
  'handshake-timeout': ['Die andere Seite hat sich nicht rechtzeitig gemeldet.', AGAIN],
  'link-broken': ['Die Verbindung ist abgebrochen.', AGAIN],
  'link-stuck': ['Das andere Gerät nimmt nichts mehr an.', AGAIN],
  'not-a-member': [
    'Dieses Gerät ist nicht im Kreis.',
    'Nichts ist zu tun, es sei denn, es sollte darin sein.',
  ],
  'address-gone': [
    'Dieser Rechner hat das Netz verlassen, über das das andere Gerät zu erreichen war.',
    AGAIN,
  ],
  'peer-silent': ['Das andere Gerät ist verstummt.', AGAIN],
  'stream-cut': ['Der Austausch wurde abgeschnitten.', AGAIN],
  'timed-out': ['Das andere Gerät hat nicht rechtzeitig geantwortet.', AGAIN],
  'too-many-guests': ['Zu viele rufen zugleich mit einer Einladung an.', LATER],
  'too-many-links': ['Mehr Verbindungen darf es nicht geben.', LATER],
  'too-many-tunnels': ['Der Kreis hat hier so viele Verbindungen, wie er haben darf.', BY_ITSELF],
  'tunnel-closed': ['Die Verbindung ist geschlossen.', AGAIN],
  superseded: ['Eine neuere Verbindung zum selben Gerät hat übernommen.', BY_ITSELF],
  'tor-gone': ['Das Programm tor hat geendet.', 'Es wird innerhalb einer Minute von selbst neu gestartet.'],
  'tor-broken': [
    'Das Programm tor hat etwas gesagt, das nicht zu verstehen ist.',
    'Prüfe, ob es das deines Systems ist, Version 0.4.7 oder neuer.',
  ],
  'tor-refused': [
    'Das Programm tor hat verweigert, worum es gebeten wurde ({code}).',
    'Prüfe, ob es Version 0.4.7 oder neuer ist.',
  ],
  'key-refused': ['Der Schlüssel für diesen Onion-Dienst passt nicht.', PEER_RUNS],
  'not-published': ['Dieser Onion-Dienst ist nicht zu finden.', PEER_RUNS],
  'too-many-services': [
    'Höchstens {most, number} Onion-Dienste werden zugleich angeboten.',
    'Widerrufe Einladungen, die nicht mehr gebraucht werden.',
  ],
}
