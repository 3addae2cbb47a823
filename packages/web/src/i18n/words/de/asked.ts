import type { ASKED as ENGLISH } from '../en/asked.ts'
import type { FaultWords } from '../catalog.ts'
import { ownMistakes } from '../ownMistakes.ts'

const DEFECT = 'Das ist ein Fehler von Triode: Bitte melde ihn.'
const OWN_MISTAKE = ['Die Seite hat das Gerät um etwas gebeten, das es nicht tut.', DEFECT] as const

export const ASKED: Readonly<Record<keyof typeof ENGLISH, FaultWords>> = {
  'not-found': [
    '{of, select, message {Diese Nachricht gibt es hier nicht.} mentioned {Jemand, den du erwähnst, liest diese Unterhaltung nicht.} file {Diese Datei gibt es hier nicht.} invitation {Diese Einladung gibt es nicht.} device {Ein solches Gerät hast du nicht.} act {Darüber ist nicht mehr abzustimmen.} circle {Es gibt keinen Kreis namens „{name}“.} member {Es gibt kein Mitglied namens „{name}“.} conversation {Es gibt keine Unterhaltung namens „{name}“.} other {Das gibt es hier nicht.}}',
    '{of, select, mentioned {Erwähne nur, wer sie liest.} other {Vielleicht wurde es gelöscht, oder seine Zeit ist abgelaufen.}}',
  ],
  ambiguous: ['Das passt auf mehrere: {found}.', 'Wähle eines davon aus der Liste.'],
  'not-allowed': [
    '{of, select, role {{role, select, owner {Das darf hier niemand, auch kein Eigentümer.} admin {Als Verwalter darfst du das nicht.} member {Als Mitglied darfst du das nicht.} guest {Als Gast darfst du das nicht.} keeper {Als Verwahrer darf dieses Gerät das nicht.} other {Deine Rolle erlaubt das nicht.}}} write {Dieses Gerät darf in dieser Unterhaltung nicht schreiben.} own_device {Das ist dein eigenes Gerät.} line {Diese Zeile meldet eine Änderung: Niemand kann darauf reagieren, sie bearbeiten oder löschen.} not_yours {Eine Nachricht kann nur ändern, wer sie geschrieben hat.} author_may_change_room {Wer in einem Raum ist, darf nur ändern, wer selbst darin ist und ihn angelegt hat oder Eigentümer oder Verwalter ist.} signer_is_member {Du bist nicht mehr Mitglied dieses Kreises.} other {Das ist hier nicht erlaubt.}}',
    '{of, select, own_device {Wähle ein anderes Mitglied.} line {Wähle eine Nachricht, die jemand geschrieben hat.} not_yours {Bitte darum, wer sie geschrieben hat, oder antworte darauf.} author_may_change_room {Frag, wer den Raum angelegt hat.} signer_is_member {Bitte um eine neue Einladung.} other {Frag einen Eigentümer des Kreises.}}',
  ],
  'bad-input': [
    '{of, select, long {Die Eingabe ist zu lang: Sie darf {most, number} Zeichen haben.} short {Die Eingabe ist zu kurz.} other {Das Gerät nimmt diese Eingabe nicht an.}}',
    'Ändere sie, und versuch es noch einmal.',
  ],
  'name-invalid': ['Das kann kein Name sein: Er ist leer oder zu lang.', 'Wähle einen anderen.'],
  'address-malformed': [
    '{of, select, tor {Das ist keine Adresse eines Onion-Dienstes.} dht {Das ist keine Adresse in einer DHT.} other {Das ist keine Adresse.}}',
    '{of, select, tor {Kopiere sie ganz, so wie du sie bekommen hast.} dht {Kopiere sie ganz, so wie du sie bekommen hast.} other {Schreib sie als Rechner und Port, etwa 192.0.2.7:4000.}}',
  ],
  'emoji-invalid': ['Eine Reaktion besteht aus einem Emoji.', 'Wähle ein einzelnes Emoji.'],
  canceled: ['Es wurde abgebrochen.', 'Sende oder hole es noch einmal, wenn das ein Versehen war.'],
  'limit-out-of-range': ['So viele Zeilen kann eine Seite nicht haben.', DEFECT],
  'record-too-large': ['Das ist mehr, als ein Eintrag fasst.', 'Fass dich kürzer.'],
  'range-not-satisfiable': ['Diesen Teil hat die Datei nicht.', 'Öffne sie neu.'],
  'setting-out-of-range': ['Diesen Wert kann die Einstellung nicht haben.', 'Wähle einen der angebotenen.'],
  'suite-unknown': [
    'Diese Version kennt die Verschlüsselung jenes Kreises nicht.',
    'Nimm die Version, die hat, wer dich eingeladen hat.',
  ],
  'wrong-suite': [
    'Die Einladung gehört zu einem Kreis mit anderer Verschlüsselung.',
    'Bitte um eine neue Einladung.',
  ],
  'text-empty': ['Der Text ist leer.', 'Schreib etwas.'],
  'text-malformed': ['Der Text enthält ein halbes Zeichen.', 'Schreib ihn neu.'],
  'text-too-long': [
    '{of, select, message {Die Nachricht ist länger als {most, number} Byte.} draft {Der Entwurf ist länger als {most, number} Byte.} beside_files {Der Text ist neben den Dateien seiner Nachricht zu lang.} other {Der Text ist zu lang.}}',
    '{of, select, beside_files {Sende den Text und die Dateien als eigene Nachrichten.} other {Sende ihn in Teilen oder als Datei.}}',
  ],
  'entry-too-long': ['Die Nachricht ist zu lang.', 'Sende sie in Teilen oder als Datei.'],
  'timer-out-of-range': [
    'So lange oder so kurz kann eine Nachricht nicht bleiben.',
    'Wähle eine andere Zeit.',
  ],
  'too-many-mentions': ['Der Text erwähnt zu viele.', 'Erwähne weniger.'],
  'duration-out-of-range': ['Nach dieser Zeit kann sich das Gerät nicht sperren.', 'Wähle eine andere Zeit.'],
  'passphrase-weak': [
    '{of, select, short {Eine Passphrase braucht mindestens {least, number} Zeichen.} other {Die Passphrase ist leer.}}',
    'Nimm fünf oder mehr zufällige Wörter.',
  ],
  'passphrase-too-long': ['Eine Passphrase hat höchstens {most, number} Zeichen.', 'Wähle eine kürzere.'],
  'wrong-passphrase': [
    '{of, select, backup {Das ist nicht die Passphrase dieser Sicherung.} other {Das ist nicht die Passphrase dieses Tresors.}}',
    '{of, select, backup {Versuch es noch einmal; es ist die, die der Tresor beim Sichern hatte, wenn die Sicherung keine eigene bekam.} other {{seconds, plural, =0 {Versuch es noch einmal; achte auf die Feststelltaste und die Tastaturbelegung.} one {Warte # Sekunde und versuch es dann noch einmal; achte auf die Feststelltaste und die Tastaturbelegung.} other {Warte # Sekunden und versuch es dann noch einmal; achte auf die Feststelltaste und die Tastaturbelegung.}}}}',
  ],
  'passphrase-delayed': [
    'Zu viele falsche Passphrasen wurden eingegeben.',
    '{seconds, plural, one {Der nächste Versuch ist in # Sekunde möglich.} other {Der nächste Versuch ist in # Sekunden möglich.}}',
  ],
  'dht-node-malformed': [
    'Das ist kein Knoten, bei dem sich in einer DHT anfangen lässt.',
    'Schreib ihn als IPv4-Adresse und UDP-Port, etwa 192.0.2.1:49737.',
  ],
  'too-many-nodes': [
    'Das sind mehr Knoten, als nützen.',
    'Nenne höchstens {most, number}; einer, der antwortet, genügt.',
  ],
  'channel-unknown': ['Es gibt keinen Kanal namens „{name}“.', DEFECT],
  'channel-option': ['Diese Einstellungen gehören zu einem anderen Kanal.', DEFECT],
  'channel-untold': [
    'Dieser Kanal zeigt anderen etwas, und dir wurde nicht gesagt, was.',
    'Lies, was er zeigt, und schalte ihn dann an.',
  ],
  'audit-head-malformed': [
    'Das ist nicht der Kopf eines Protokolls.',
    'Kopiere ihn, wie er gezeigt wird: Zahl, Doppelpunkt, Buchstaben.',
  ],
  'audit-head-pruned': [
    'Die Einträge bis {seq, number} wurden entfernt; ein Kopf von davor lässt sich nicht vergleichen.',
    'Vergleiche mit einem, der später notiert wurde, oder mit einer Ausgabe aus jener Zeit.',
  ],
  'audit-damaged': [
    'Das Protokoll ist ab Eintrag {seq, number} nicht unversehrt: {damage, select, head_missing {Der Eintrag seines Kopfes fehlt oder ist unlesbar} record_missing {Ein Eintrag fehlt} record_changed {Ein Eintrag wurde geändert, verschoben oder ersetzt} record_unexpected {Da ist ein Eintrag, wo keiner sein darf} head_differs {Die Kette führt nicht zur Prüfsumme ihres Kopfes} checkpoint_differs {Die ältesten Einträge fehlen, und kein Entfernen ist verzeichnet} log_broken {Es fehlte beim Entsperren oder war beschädigt und wurde hier neu begonnen} set_back {Der notierte Kopf steht nicht darin: Es wurde zurückgesetzt oder ersetzt} line_malformed {Eine Zeile der Ausgabe ist fehlerhaft} file_cut {Die Ausgabe endet zu früh} signature_invalid {Die Unterschrift der Ausgabe ist falsch} other {Es wurde geändert}}.',
    'Behalte eine Kopie des Datenordners, wie er ist, und finde heraus, wer darin schreiben konnte.',
  ],
  'body-too-large': ['Das ist mehr, als das Gerät auf einmal annimmt.', 'Sende weniger auf einmal.'],
  'body-cut': ['Nicht alles kam beim Gerät an.', 'Versuch es noch einmal.'],
  'vault-not-locked': ['Der Tresor ist schon entsperrt oder geschlossen.', 'Sperre ihn zuerst.'],
  ...ownMistakes(OWN_MISTAKE),
}
