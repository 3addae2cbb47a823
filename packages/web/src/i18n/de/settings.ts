import type { SETTINGS as ENGLISH } from '../en/settings.ts'

export const SETTINGS: Readonly<Record<keyof typeof ENGLISH, string>> = {
  'settings.title': 'Einstellungen',
  'settings.device': 'Gerät',
  'settings.look': 'Aussehen und Sprache',
  'settings.notifications': 'Mitteilungen',
  'settings.storage': 'Speicher',
  'settings.channels': 'Kanäle',
  'settings.audit': 'Protokoll',
  'settings.about': 'Über Triode',
  'settings.saved': 'Gespeichert',

  'device.lock': 'Sperren',
  'device.lock.text':
    'Beim Sperren vergisst das Gerät alle Schlüssel und schließt alle Verbindungen. Nachrichten kommen wieder an, sobald du entsperrst.',
  'device.lock.now': 'Jetzt sperren',
  'device.idle': 'Von selbst sperren nach',
  'device.idle.never': 'Nie',
  'device.idle.hint':
    'Gezählt, seit jemand diese Seite oder das Terminal zuletzt benutzt hat; ankommende Nachrichten zählen nicht.',
  'device.name': 'Spitzname',
  'device.name.text':
    'So nennen dich Kreise, die du von jetzt an anlegst oder denen du beitrittst. In einem Kreis, in dem du schon bist, ändere ihn dort.',
  'device.name.field': 'Dein Spitzname',
  'device.passphrase': 'Passphrase',
  'device.passphrase.text':
    'Sie öffnet nur dieses Gerät. Wenn du sie vergisst, lässt sie sich nicht wiederherstellen.',
  'device.passphrase.current': 'Bisherige Passphrase',
  'device.passphrase.next': 'Neue Passphrase',
  'device.passphrase.again': 'Neue Passphrase, noch einmal',
  'device.passphrase.differs': 'Die beiden sind nicht gleich.',
  'device.passphrase.change': 'Passphrase ändern',
  'device.passphrase.changed': 'Die Passphrase ist geändert.',
  'device.backup': 'Sicherung',
  'device.backup.text':
    'Eine verschlüsselte Datei mit allem, was auf diesem Gerät ist. Sie öffnet sich mit der Passphrase von jetzt oder mit einer eigenen.',
  'device.backup.own': 'Passphrase der Sicherung (freiwillig)',
  'device.backup.make': 'Sicherung herunterladen',
  'device.backup.made':
    'Die Sicherung ist unterwegs zu den Downloads deines Browsers. Vollständig ist sie, sobald der Browser es sagt; bewahre sie woanders auf als auf diesem Rechner.',
  'device.restore.text':
    'Wiederhergestellt wird eine Sicherung auf einem neuen Gerät. Lösche dieses vorher, oder starte Triode mit einem anderen Ordner; der erste Bildschirm bietet es dann an.',
  'device.devices': 'Deine anderen Geräte',
  'device.devices.text':
    'Jeder Kreis weiß, welche Geräte dir gehören. Dort fügst du eines hinzu oder widerrufst es.',
  'device.devices.of': 'Deine Geräte in {name}',
  'device.wipe': 'Notfall-Löschung',
  'device.wipe.text':
    'Löscht den Tresor dieses Geräts sofort: Schlüssel, Nachrichten, Dateien und Kreise. Das lässt sich nicht zurücknehmen, und ohne Sicherung kommt nichts wieder. Was andere von dir bekommen haben, bleibt bei ihnen, und deine Kreise führen dieses Gerät weiter, bis es jemand entfernt.',
  'device.wipe.open': 'Dieses Gerät löschen …',
  'device.wipe.title': 'Dieses Gerät löschen?',
  'device.wipe.word': 'löschen',
  'device.wipe.confirm': 'Zur Bestätigung „{word}“ eingeben',
  'device.wipe.do': 'Jetzt endgültig löschen',

  'look.theme': 'Farben',
  'look.theme.system': 'Wie das System',
  'look.theme.light': 'Hell',
  'look.theme.dark': 'Dunkel',
  'look.theme.contrast': 'Hoher Kontrast',
  'look.text': 'Schriftgröße',
  'look.text.normal': 'Normal',
  'look.text.large': 'Groß',
  'look.text.larger': 'Größer',
  'look.text.largest': 'Am größten',
  'look.text.twice': 'Doppelt so groß',
  'look.density': 'Dichte',
  'look.density.normal': 'Bequem',
  'look.density.compact': 'Dicht',
  'look.motion': 'Bewegung',
  'look.motion.system': 'Wie das System',
  'look.motion.reduced': 'Weniger',
  'look.keys': 'Kürzel aus einer einzigen Taste, etwa ?',
  'look.keys.hint': 'Sie wirken nie, während du schreibst.',
  'look.language': 'Sprache',
  'look.kept': 'Wird nur in diesem Browser gespeichert.',

  'notify.desktop': 'Mitteilungen auf dem Bildschirm',
  'notify.desktop.text':
    'Dein System zeigt sie, wenn eine Nachricht ankommt und diese Seite nicht im Vordergrund ist.',
  'notify.denied':
    'Dein Browser verbietet dieser Seite Mitteilungen. Erlaube sie in den Einstellungen des Browsers für diese Adresse.',
  'notify.unsupported': 'Dieser Browser kann keine Mitteilungen zeigen.',
  'notify.content': 'Zeigen, wer schrieb und was',
  'notify.content.hint':
    'Aus: Die Mitteilung sagt nur, dass es eine Nachricht gibt. An: Dein System sieht den Text und bewahrt ihn vielleicht auf. Ein Kreis kann festlegen, dass es aus bleibt.',
  'notify.muted': 'Stumme und archivierte Unterhaltungen melden sich nie.',
  'notify.count': 'Zahl der ungelesenen Nachrichten im Titel der Seite zeigen',
  'notify.names': 'Unterhaltungen und Kreise im Titel der Seite nennen',
  'notify.names.hint':
    'Aus: Der Titel sagt, was für eine Ansicht offen ist. An: Dein System zeigt den Namen in Listen von Fenstern, und dein Browser bewahrt ihn in seinem Verlauf auf, außerhalb des Tresors. Ein Kreis kann festlegen, dass es aus bleibt.',

  'storage.used': 'Belegt',
  'storage.vault': 'Nachrichten, Kreise, Schlüssel',
  'storage.files.used': 'Dateien',
  'storage.free': 'Auf der Platte frei',
  'storage.by': 'Dateien nach Unterhaltung',
  'storage.gone': 'Eine Unterhaltung, die du nicht mehr liest',
  'storage.count': '{size}, {count, plural, one {# Datei} other {# Dateien}}',
  'storage.files': 'Dateien',
  'storage.auto': 'Von selbst holen bis',
  'storage.auto.slow': 'Über langsame oder teure Kanäle bis',
  'storage.quota': 'Dateien behalten bis',
  'storage.quota.hint':
    'Darüber hinaus geht, was am längsten nicht gebraucht wurde; was angeheftet ist, bleibt.',
  'storage.nothing': 'Nichts',
  'storage.unlimited': 'Ohne Grenze',
  'storage.rates': 'Tempogrenzen',
  'storage.rates.text':
    'So viel dürfen Dateien von einem Kanal höchstens nehmen. Nachrichten werden nicht gebremst.',
  'storage.rate.of': 'Grenze für {name}',
  'storage.check': 'Dateien prüfen',
  'storage.check.text': 'Liest jede Datei, die hier ist, und holt Beschädigtes neu.',
  'storage.checked':
    '{count, plural, one {# Datei geprüft} other {# Dateien geprüft}}, {damaged, plural, =0 {keine beschädigt} one {# beschädigt und neu geholt} other {# beschädigt und neu geholt}}.',
  'storage.mended':
    '{count, plural, one {Von # Datei war nicht mehr bekannt, was von ihr hier ist; sie wurde neu durchgesehen.} other {Von # Dateien war nicht mehr bekannt, was von ihnen hier ist; sie wurden neu durchgesehen.}}',

  'channels.text': 'Wege, auf denen dieses Gerät andere erreicht. Jeder zeigt jemandem etwas.',
  'channels.state.off': 'Aus',
  'channels.state.starting': 'Startet',
  'channels.state.on': 'An',
  'channels.state.failed': 'Gestört',
  'channels.costly': 'Was darüber geht, kostet vielleicht Geld.',
  'channels.use': '{name} benutzen',
  'channels.addresses': 'Adressen',
  'channels.none': 'Dieses Gerät hat keinen Kanal.',
  'channel.lan': 'Lokales Netz',
  'channel.lan.reveals':
    'Wer im selben Netz ist, sieht, dass ein Gerät andere sucht, und seine Adresse; nicht, welche Kreise oder wen.',
  'channel.tcp': 'Direkte Verbindung',
  'channel.tcp.reveals':
    'Das andere Gerät und dein Netz sehen die Adressen beider, und dass sie miteinander reden; nicht, was gesagt wird.',
  'channel.dht': 'In die Ferne, durch Router hindurch',
  'channel.dht.reveals':
    'Die Knoten, die nach dem Weg gefragt werden, sehen deine Adresse und die der Geräte, die du suchst, unter täglich wechselnden Namen; nicht, wer du bist oder was gesagt wird. Es sind Geräte deiner Kreise, außer du wählst öffentliche.',
  'channel.forward': 'Ungelesen weitergereicht von einem anderen Gerät',
  'channel.tor': 'Durch Tor',
  'channel.tor.reveals':
    'Geräte erreichen einander durch das Tor-Netz: Dein Anbieter sieht, dass du Tor nutzt, wann und wie viel, aber nicht, mit wem; Mitglieder deiner Kreise erfahren nicht, wo du bist. Es ist langsamer als die anderen Wege und verbirgt nichts, was ein anderer zeigt, der daneben an ist.',
  'channel.memory': 'Innerhalb dieses Prozesses',
  'channel.other': 'Ein anderer Weg',
  'ports.use': 'Den Router bitten, Verbindungen hereinzulassen',
  'ports.reveals':
    'Darf dein Router Verbindungen hereinlassen, dann erreichen andere dieses Gerät direkt. Der Router, und wer ihn im lokalen Netz fragt, sieht dann, dass ein Programm hier Verbindungen annimmt, und an welchem Port; Mitglieder deiner Kreise erfahren diese Adresse.',
  'ports.state':
    '{state, select, open {{family}: Der Router lässt Verbindungen herein, an {address} ({by}).} needless {{family}: Dieser Rechner hat selbst eine öffentliche Adresse.} other {{family}: Der Router wird gefragt.}}',
  'dht.nodes': 'Bei diesen Knoten anfangen',
  'dht.nodes.hint':
    'Je eine IPv4-Adresse und ein Port, wie 192.0.2.1:49737, mit Leerzeichen dazwischen. Geräte deiner Kreise, bei denen andere anfangen dürfen, brauchst du nicht zu nennen.',
  'dht.serve': 'Andere bei diesem Gerät anfangen lassen',
  'dht.serve.hint':
    'Nur für ein Gerät mit öffentlicher Adresse: diese Adresse und ein Port. Es nimmt vier Ports von diesem an; Mitglieder deiner Kreise erfahren sie.',
  'dht.public': 'Auch bei den Knoten anfangen, die alle benutzen',
  'dht.public.reveals':
    'Dann sehen Fremde, die diese Knoten betreiben, die Adresse dieses Geräts und die Adressen von Geräten, die es sucht.',

  'audit.text':
    'Was auf diesem Gerät geschah; jeder Eintrag hängt am vorigen. Nichts darin verrät, was gesagt wurde.',
  'audit.head': 'Neuester Eintrag',
  'audit.head.text': 'Notiere ihn anderswo; später beweist er, dass davor nichts geändert wurde.',
  'audit.verify': 'Prüfen',
  'audit.verified': 'Das Protokoll ist unversehrt, ab Eintrag {from, number}.',
  'audit.redacted': '{count, plural, one {# Eintrag ist geschwärzt} other {# Einträge sind geschwärzt}}.',
  'audit.export': 'Ausgeben',
  'audit.export.file': 'Schreiben nach',
  'audit.export.hint': 'Voller Pfad auf diesem Rechner. Jeder kann die Datei prüfen.',
  'audit.exported': 'Geschrieben: {file}',
  'audit.records': 'Einträge, neue zuerst',
  'audit.record': 'Eintrag {seq, number}',
  'audit.older': 'Ältere Einträge',
  'audit.failed': 'misslungen',
  'audit.empty': 'Noch ist nichts verzeichnet.',

  'about.version': 'Version',
  'about.folder': 'Ordner',
  'about.kdf': 'Passphrase gestreckt mit',
  'about.circles': 'Kreise',
  'about.tunnels': 'Verbindungen jetzt',
  'about.diagnostics': 'Bericht zum Weitergeben',
  'about.diagnostics.text':
    'Für eine Meldung: Versionen, Zustände und Zahlen. Keine Namen, Kennungen, Adressen, Nachrichten oder Schlüssel.',
  'about.copy': 'Bericht kopieren',
  'about.licence': 'Freie Software unter der Apache-Lizenz 2.0.',
}
