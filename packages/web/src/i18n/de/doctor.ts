import type { DOCTOR as ENGLISH } from '../en/doctor.ts'

export const DOCTOR: Readonly<Record<keyof typeof ENGLISH, string>> = {
  'settings.diagnostics': 'Diagnose',
  'doctor.text':
    'Welche Wege zu anderen gehen, welche nicht, warum, und was hilft. Gesagt wird, was dieses Gerät ohnehin weiß: niemand wird gefragt.',
  'doctor.again': 'Erneut nachsehen',
  'doctor.good': 'Alles in Ordnung.',
  'doctor.troubles': '{count, plural, one {# Sache geht nicht.} other {# Sachen gehen nicht.}}',
  'doctor.device': 'Dieses Gerät',
  'doctor.channels': 'Kanäle',
  'doctor.circles': 'Kreise',
  'doctor.to-channels': 'Zu den Kanälen',
  'doctor.works': 'geht',
  'doctor.off': 'aus',
  'doctor.fails': 'geht nicht',

  'doctor.no-network': 'Dieser Rechner ist gerade in keinem Netz: niemand ist erreichbar.',
  'doctor.no-network.do': 'Verbinde ihn mit einem; das wird in Sekunden bemerkt.',
  'doctor.nobody-far':
    'Niemand in der Ferne ist erreichbar: von den öffentlichen Adressen, die in den letzten Minuten angesprochen wurden, nimmt keine eine Verbindung an (angesprochen: {hosts, number}, abgelehnt: {refused, number}, stumm: {silent, number}).',
  'doctor.nobody-far.do':
    'Vielleicht sind sie nicht da. Oder dieses Netz lässt noch nichts hinaus: im Hotel, im Zug oder im Café eine beliebige Seite im Browser öffnen und sich anmelden. Triode fragt niemanden danach und macht in Sekunden von selbst weiter.',
  'doctor.no-channels': 'Auf diesem Gerät läuft kein Kanal: es erreicht niemanden.',
  'doctor.no-channels.do': 'Triode ohne „--channels none“ starten.',
  'doctor.channel-works': 'Geht.',
  'doctor.channel-short': 'Geht, aber nicht für alles.',
  'doctor.channel-coming': 'Geht noch nicht.',
  'doctor.channel-coming.do':
    'In einer Minute erneut nachsehen. {channel, select, tor {Bleibt es so, ist Tor hier vielleicht gesperrt: Brücken in eine Datei schreiben und Triode mit „--torrc DATEI“ starten.} other {}}',
  'doctor.channel-off': 'Ausgeschaltet.',
  'doctor.channel-off.do': 'Die Einstellungen der Kanäle schalten ihn ein und sagen, was er wem zeigt.',
  'doctor.channel-failed': 'Geht gerade nicht.',
  'doctor.port-open': '{family}: der Router lässt Verbindungen bei {address} herein ({by}).',
  'doctor.port-needless': '{family}: dieser Rechner hat selbst eine öffentliche Adresse.',
  'doctor.port-asking': '{family}: der Router wird gefragt.',
  'doctor.port-failed': '{family}: es kommen keine Verbindungen herein.',
  'doctor.circle-alone': 'Es gibt noch kein anderes Gerät.',
  'doctor.circle-reached': 'Andere Geräte, die erreicht werden: {reached, number} von {others, number}.',
  'doctor.circle-handed-on': 'Davon über ein weiteres Gerät, was langsamer ist: {handedOn, number}.',
  'doctor.circle-handed-on.do':
    '{dht, select, off {Der Kanal „In die Ferne, durch Router hindurch“, hier und dort eingeschaltet, kommt durch die meisten Router.} other {Zu tun ist nichts. Sie werden direkt erreicht, sobald eines der beiden Verbindungen von außen annehmen kann: unter einer öffentlichen Adresse oder durch einen Router, der sie hereinlässt.}}',
  'doctor.circle-keepers': 'Verwahrer, die erreicht werden: {reached, number} von {keepers, number}.',
  'doctor.circle-keepers-away':
    'Kein Verwahrer ist erreichbar (es gibt: {keepers, number}): Was geschrieben wird, wartet hier auf die, die nicht da sind.',
  'doctor.circle-keepers-away.do':
    'Sieh nach, ob er läuft: Auf seinem Rechner sagt http://127.0.0.1:8747/health, was ihm fehlt. Die Ansicht des Kreises sagt, wann man welchem zuletzt begegnet ist.',
  'doctor.circle-keepers-full':
    'Verwahrer, die für mehr von dir keinen Platz haben: {full, number} von {reached, number}. Was sie nicht nehmen, wartet hier.',
  'doctor.circle-keepers-full.do':
    'Wer einen betreibt, kann ihm mehr geben („--member-mib“, „--capacity-mib“) oder weniger lange aufbewahren lassen; oder ein weiterer wird eingesetzt.',
  'doctor.circle-messages-missing':
    'Hier fehlen Nachrichten, in so vielen Unterhaltungen: {count, number}. Dieses Gerät bekam sie, bevor es wiederhergestellt wurde, oder nie, und Verwahrer haben sie nicht mehr.',
  'doctor.circle-messages-missing.do':
    'Sie kommen von selbst von einem Gerät derer, die sie geschrieben haben, oder anderer, die sie lesen können, sobald beide online sind.',
  'doctor.circle-invitations-left-out':
    'Es sind zu viele Einladungen offen: Mit so vielen davon wird dieses Gerät aus der Ferne nicht gefunden, wenn keine Adresse im Link hierher führt: {count, number}. Gefunden werden die neuesten.',
  'doctor.circle-invitations-left-out.do':
    'Die Ansicht des Kreises zeigt, welche das sind, und nimmt zurück, was niemand mehr braucht.',
  'doctor.circle-unreached': 'Keines der anderen Geräte ist erreichbar (es gibt: {others, number}).',
  'doctor.circle-unreached.do':
    '{dht, select, off {Vielleicht sind sie nicht da. Wenn doch: der Kanal „In die Ferne, durch Router hindurch“, hier und dort eingeschaltet, kommt durch die meisten Router.} other {Vielleicht sind sie nicht da. Wenn doch, hilft ein Gerät des Kreises, das alle erreichen: eines mit öffentlicher Adresse, das andere bei sich anfangen lässt.}}',
  'doctor.circle-out':
    '{standing, select, removed {Dort ist niemand erreichbar: du wurdest entfernt.} suspended {Dort ist niemand erreichbar: du bist gesperrt.} revoked {Dort ist niemand erreichbar: dieses Gerät wurde ausgeschlossen.} left {Dort ist niemand erreichbar: du hast den Kreis verlassen.} other {Dort ist niemand erreichbar: der Kreis wurde beendet.}}',
  'doctor.circle-out.do': 'Die Ansicht des Kreises sagt, durch wen und wann.',

  'why.cannot-listen': 'Er kann bei {where} nicht lauschen.',
  'why.cannot-listen.do': 'Einen anderen Port wählen, oder Port 0 für irgendeinen freien.',
  'why.port-taken': 'Ein Port, den er braucht, ist hier nicht frei ({what}, {error}).',
  'why.port-taken.do': 'Das Programm beenden, das ihn hält, oder einen anderen Kanal benutzen.',
  'why.no-network': 'Dieser Rechner ist gerade in keinem solchen Netz.',
  'why.no-network.do': 'Verbinde ihn mit einem; das wird in Sekunden bemerkt.',
  'why.nowhere-to-begin': 'Es ist kein Knoten bekannt, bei dem er anfangen könnte.',
  'why.nowhere-to-begin.do':
    'Andere bei einem Gerät des Kreises mit öffentlicher Adresse anfangen lassen, in den Einstellungen der Kanäle einen Knoten nennen, oder dort die öffentlichen wählen.',
  'why.no-answer': 'Kein Knoten antwortet.',
  'why.no-answer.do':
    'Es wird erneut versucht. Bleibt es so, sperrt dieses Netz vielleicht UDP: ein anderes Netz oder einen anderen Kanal benutzen.',
  'why.no-ipv4': 'Dieses Netz spricht nur IPv6, und dieser Kanal IPv4.',
  'why.no-ipv4.do':
    'Andere werden direkt erreicht, wo sie über IPv6 lauschen, und durch ein Gerät des Kreises, das beides hat.',
  'why.not-called-yet':
    'Ob andere bei {where} anfangen können, ist noch nicht bekannt: dort hat sich noch niemand ungefragt gemeldet.',
  'why.not-called-yet.do':
    'Bleibt es so, obwohl andere dort anfangen, lass die UDP-Ports {from} bis {to} durch Firewall und Router dieses Rechners herein. Die erste Verbindung wird von selbst bemerkt.',
  'why.router-randomizes':
    'Der Router hier nimmt für jede Verbindung einen anderen Port: zwei hinter solchen Routern kommen nicht zueinander durch.',
  'why.router-randomizes.do':
    'Sie werden durch ein Gerät des Kreises erreicht, und direkt, wo eines der beiden Verbindungen von außen annehmen kann.',
  'why.not-loadable': 'Woraus dieser Kanal gemacht ist, lässt sich auf diesem Rechner nicht laden ({error}).',
  'why.not-loadable.do':
    'Er läuft unter Linux, macOS und Windows auf Prozessoren x64 und arm64. Hier einen anderen Kanal benutzen.',
  'why.tor-connecting': 'Tor verbindet sich mit seinem Netz: {percent, number} %.',
  'why.tor-learning': 'Tor erfährt gerade von deinen Kreisen.',
  'why.tor-not-installed': 'Das Programm tor ist nicht installiert.',
  'why.tor-not-installed.do':
    'Installiere es, unter Debian und Ubuntu mit „sudo apt install tor“: das wird in einer Minute bemerkt.',
  'why.tor-not-started': 'Das Programm tor ließ sich nicht starten ({error}).',
  'why.tor-not-started.do':
    'Prüfe, dass es installiert ist und dass die Namen des Ordners von Triode und des Ordners für vorläufige Dateien schlicht sind.',
  'why.tor-ended': 'Das Programm tor hat sich beendet ({error}).',
  'why.tor-ended.do':
    'Es wird in einer Minute von selbst neu gestartet. Geht das so weiter, prüfe die Einstellungen, die es bekam.',
  'why.port-mapping-forbidden':
    'Ein Kreis dieses Geräts verbietet, dass der Router Verbindungen hereinlässt.',
  'why.port-mapping-forbidden.do':
    'Darüber entscheiden seine Verwalter mit einer Regel des Kreises. Geräte werden über andere Kanäle erreicht.',
  'why.router-silent': 'Dein Router antwortet nicht, wenn er gebeten wird, Verbindungen hereinzulassen.',
  'why.router-silent.do':
    'UPnP, NAT-PMP oder PCP in seinen Einstellungen einschalten oder den Port dort von Hand weiterleiten; oder es lassen: der Kanal „In die Ferne, durch Router hindurch“ kommt durch die meisten Router.',
  'why.router-refused': 'Dein Router weigert sich, Verbindungen hereinzulassen.',
  'why.router-refused.do':
    'Erlaube es diesem Rechner in den Einstellungen des Routers, oder leite den Port dort von Hand weiter.',
  'why.router-offline': 'Dein Router sagt, er habe keine öffentliche Adresse.',
  'why.router-offline.do':
    'Sieh nach seiner Leitung zum Anbieter. Steht sie, so steht ein anderer Router davor: ist es deiner, lass ihn alles durchreichen; ist es der des Anbieters, verlange eine öffentliche Adresse oder IPv6.',
  'why.router-keeps-for-ever':
    'Dein Router öffnet Ports nur für immer: einer, den dieses Gerät zurücklässt, wenn es abgeschnitten wird, bliebe offen.',
  'why.router-keeps-for-ever.do':
    'Leite den Port in den Einstellungen des Routers von Hand weiter, und nimm ihn dort wieder heraus.',
  'why.router-behind-another':
    'Dein Router würde einen Port öffnen, aber seine eigene Adresse ist keine öffentliche: ein anderer Router steht davor.',
  'why.router-behind-another.do':
    'Ist es deiner, lass ihn alles durchreichen, oder mach einen der beiden zur Brücke. Ist es der des Anbieters, verlange eine öffentliche Adresse oder IPv6; oder benutze den Kanal „In die Ferne, durch Router hindurch“.',
  'why.no-router': 'Kein Router ist zu finden, der mit {family} ins Internet führt.',
  'why.no-router.do':
    '{family, select, IPv6 {Viele Netze haben keinen; nach IPv4 wird von selbst gefragt.} other {Verbinde diesen Rechner mit einem Netz.}}',
  'why.router-unclear':
    'Die Antwort deines Routers ergibt keinen Sinn, wenn er gebeten wird, Verbindungen hereinzulassen.',
  'why.router-unclear.do': 'Leite den Port in seinen Einstellungen von Hand weiter.',
  'why.router-not-asked': 'Der Router konnte nicht gefragt werden.',
  'why.router-not-asked.do': 'Leite den Port in seinen Einstellungen von Hand weiter.',
  'report.version': 'Version, Zeit',
  'report.system': 'Betriebssystem',
  'report.process': 'Läuft',
  'report.device': 'Gerät',
  'report.storage': 'Speicher',
  'report.channel': 'Kanal: {name}',
  'report.circle': 'Kreis {name}',
  'report.tunnel': 'Verbindung: {name}',
  'report.warning': 'Warnung',
  'report.fault': 'Störung',
  'report.page': 'Diese Seite',
  'report.other': 'Weiteres',
  'report.state':
    '{state, select, new {ohne Tresor} locked {gesperrt} unlocked {entsperrt} off {aus} starting {startet} on {an} failed {gescheitert} active {du bist darin} removed {du wurdest ausgeschlossen} suspended {du bist ausgesetzt} revoked {dieses Gerät wurde ausgeschlossen} dissolved {beendet} left {du hast ihn verlassen} dialed {von hier begonnen} accepted {von dort begonnen} none {keine} other {{state}}}',
  'report.text': 'Der Text, der weitergegeben wird, auf Englisch',
}
