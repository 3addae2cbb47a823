import type { FILES as ENGLISH } from '../en/files.ts'
import type { FaultWords } from '../catalog.ts'

const BY_ITSELF = 'Nichts ist verloren; es geht von selbst weiter.'

export const FILES: Readonly<Record<keyof typeof ENGLISH, FaultWords>> = {
  'file-absent': [
    '{of, select, unnamed {Diese Datei lässt sich nicht lesen.} other {Die Datei {path} gibt es nicht.}}',
    'Sieh nach ihrem Namen und Ort.',
  ],
  'file-forbidden': [
    '{of, select, own_home {In {path} hat dieses Gerät seinen Tresor: Das wird nicht gesendet.} other {{path} lässt sich nicht lesen.}}',
    '{of, select, own_home {Um ihn mitzunehmen, mach eine Sicherung, und sende diese aus einem anderen Ordner.} other {Sieh nach, wer sie lesen darf, oder sende eine Kopie.}}',
  ],
  'file-changed': [
    '{of, select, short {Von der Datei kam weniger an als angekündigt.} gone {Was hier denselben Inhalt hatte, wurde inzwischen gelöscht.} other {{path} hat sich während des Sendens geändert.}}',
    'Sende sie noch einmal, wenn nichts mehr hineinschreibt, oder sende eine Kopie.',
  ],
  'file-unreadable': [
    '{path} lässt sich nicht lesen ({code}).',
    'Sieh nach der Platte, oder sende eine Kopie.',
  ],
  'file-too-large': [
    '{of, select, unsized {Von dem, was nicht sagt, wie lang es ist, werden höchstens {most, number} GiB angenommen.} other {Die Dateien sind zusammen größer als 256 TiB.}}',
    '{of, select, unsized {Schreib es in eine Datei, und sende diese.} other {Sende weniger auf einmal.}}',
  ],
  'file-name-invalid': [
    'Ein Dateiname hat 1 bis {most, number} Byte, zusammengesetztes Unicode und keinen Schrägstrich.',
    'Benenne die Datei um.',
  ],
  'file-name-too-long': [
    'Der Name von {path} hat so, wie er gesendet wird, mehr als {most, number} Byte.',
    'Benenne es um, oder sende es in einem Archiv.',
  ],
  'not-a-file': [
    '{of, select, relative {{path} ist kein vollständiger Pfad.} untold {{path} sagt nicht, wie viel es enthält.} other {{path} ist weder Datei noch Ordner.}}',
    '{of, select, relative {Gib an, wo sie liegt, von der Wurzel an.} other {Kopiere den Inhalt in eine Datei, und sende die.}}',
  ],
  'not-a-folder': ['Das ist eine Datei, kein Ordner.', 'Hole sie, wie sie ist.'],
  'nothing-to-send': ['Es gibt nichts zu senden.', 'Wähle eine Datei oder einen Ordner.'],
  'too-many-files': [
    '{of, select, deep {Ein Ordner enthält mehr als {most, number} Ordner ineinander.} many {Das sind mehr als {most, number} Dateien.} message {Eine Nachricht fasst höchstens {most, number} Dateien, weniger bei langen Namen oder langem Text.} other {Das sind zu viele Dateien.}}',
    'Leg sie in einen Ordner, oder sende sie in mehreren Nachrichten oder als Archiv.',
  ],
  'too-many-uploads': [
    'Hier liegen {most, number} Dateien, die noch keine Nachricht nennt.',
    'Sende einige davon, oder nimm sie weg.',
  ],
  'upload-gone': [
    'Das Gerät hat diese Dateien nicht mehr: Sie wurden gesendet oder weggenommen, oder sie warteten zu lange.',
    'Wähle sie noch einmal aus.',
  ],
  'file-not-here': [
    '{name} ist nicht ganz auf diesem Gerät und lässt sich so nicht weiterleiten.',
    'Hole die Datei zuerst.',
  ],
  'over-quota': [
    '{name} ist größer, als alle Dateien zusammen hier sein dürfen, und bliebe nicht.',
    'Hefte die Datei an, speichere sie, oder erlaube in den Einstellungen mehr.',
  ],
  'not-here-yet': [
    'Was der Ordner enthält, ist hier noch nicht bekannt.',
    'Versuch es noch einmal, sobald zu erreichen ist, wer ihn gesendet hat.',
  ],
  'file-gone': [
    'Die Datei ist weg: Ihre Nachricht wurde gelöscht oder ist abgelaufen, oder die Datei wurde hier entfernt.',
    'Ist die Nachricht noch da, hole die Datei noch einmal.',
  ],
  'blob-gone': [
    'Die Datei wurde auf diesem Gerät gelöscht.',
    'Hole sie noch einmal, solange jemand sie hat.',
  ],
  'file-exists': [
    '{of, select, unnamed {Eine Datei dieses Namens gibt es schon.} other {{path} gibt es schon.}}',
    'Wähle einen anderen Namen.',
  ],
  'file-refused': [
    '{of, select, no_folder {Einen Ordner {path} gibt es nicht.} unnamed {Diese Datei lässt sich nicht schreiben.} forbidden {{path} lässt sich nicht schreiben: Dieses Benutzerkonto darf dort nicht schreiben.} protected {{path} lässt sich nicht schreiben: Diese Platte ist schreibgeschützt.} failing {{path} lässt sich nicht schreiben: Diese Platte ist gestört.} large {{path} wäre größer als Dateien, die diese Platte nimmt.} named {{path} lässt sich nicht schreiben: Diese Platte nimmt keinen solchen Namen.} other {{path} lässt sich nicht schreiben.}}',
    '{of, select, no_folder {Lege ihn an, oder wähle einen anderen.} forbidden {Wähle einen anderen Ordner, oder lass dieses Benutzerkonto dort schreiben.} protected {Wähle eine andere Platte.} failing {Wähle eine andere Platte, und sieh nach dieser.} large {Wähle eine andere Platte: Solche mit FAT32, wie viele Sticks sie haben, nehmen keine Datei ab 4 GiB.} named {Wähle einen anderen Namen oder eine andere Platte.} other {Wähle einen anderen Ordner.}}',
  ],
  'file-damaged': [
    '{chunks, plural, one {# Stück einer Datei war auf der Platte beschädigt; es wird neu geholt.} other {# Stücke einer Datei waren auf der Platte beschädigt; sie werden neu geholt.}}',
    'Sieh nach der Platte: „Dateien prüfen“ in den Einstellungen liest alle.',
  ],
  'file-mended': [
    'Was dieses Gerät über die Stücke von {name} vermerkt, war beschädigt oder weg; es wurde aus ihnen neu gemacht.',
    'Sieh nach der Platte: „Dateien prüfen“ in den Einstellungen liest alle.',
  ],
  'chunk-absent': [
    'Ein Stück dieser Datei ist noch nicht auf diesem Gerät.',
    'Warte, bis es angekommen ist.',
  ],
  'chunk-damaged': [
    'Ein gespeichertes Stück dieser Datei ist beschädigt und wurde nicht verwendet.',
    'Hole sie noch einmal von einem anderen Gerät; sieh nach der Platte.',
  ],
  'blob-damaged': [
    'Was unter dem Namen dieser Datei gespeichert ist, gehört zu einer anderen.',
    'Entferne sie von diesem Gerät, und hole sie dann noch einmal.',
  ],
  'page-absent': ['Dieser Teil der Datei lässt sich noch nicht prüfen.', BY_ITSELF],
  'saving-failed': [
    'Die Datei ließ sich nicht speichern.',
    'Sieh nach dem Ordner und seiner Platte, und hole sie dann noch einmal.',
  ],
  'transfer-failed': ['Mit einer Datei ging es gerade nicht weiter.', BY_ITSELF],
}
