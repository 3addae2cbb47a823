/** What the doctor finds (spec §13.14), and why a channel does not work (spec §8.9), by their codes. */
export const DOCTOR = {
  'settings.diagnostics': 'Diagnostics',
  'doctor.text':
    'Which ways to others work, which do not, why, and what to do. It says what this device knows anyway: nobody is asked.',
  'doctor.again': 'Look again',
  'doctor.good': 'Nothing is wrong.',
  'doctor.troubles': '{count, plural, one {# thing does not work.} other {# things do not work.}}',
  'doctor.device': 'This device',
  'doctor.channels': 'Channels',
  'doctor.circles': 'Circles',
  'doctor.to-channels': 'To the channels',
  'doctor.works': 'works',
  'doctor.off': 'off',
  'doctor.fails': 'does not work',

  'doctor.no-network': 'This computer is in no network now: nobody is reached.',
  'doctor.no-network.do': 'Connect it to one; that is noticed within seconds.',
  'doctor.nobody-far':
    'Nobody far away is reached: of the public addresses that were called in the last minutes none lets a call in (called: {hosts, number}, refused: {refused, number}, silent: {silent, number}).',
  'doctor.nobody-far.do':
    'They may be away. Or this network lets nothing out yet: in a hotel, a train or a café, open any page in a browser and sign in. Triode asks nobody about it, and goes on by itself within seconds.',
  'doctor.no-channels': 'This device runs no channel: it reaches nobody.',
  'doctor.no-channels.do': 'Start Triode without “--channels none”.',
  'doctor.channel-works': 'Works.',
  'doctor.channel-short': 'Works, but not for everything.',
  'doctor.channel-coming': 'Does not work yet.',
  'doctor.channel-coming.do':
    'Look again in a minute. {channel, select, tor {If it stays so, Tor may be blocked here: write bridges into a file, and start Triode with “--torrc FILE”.} other {}}',
  'doctor.channel-off': 'Turned off.',
  'doctor.channel-off.do': 'The settings of the channels turn it on, and say what it shows to whom.',
  'doctor.channel-failed': 'Does not work now.',
  'doctor.port-open': '{family}: the router lets calls in at {address} ({by}).',
  'doctor.port-needless': '{family}: this machine has a public address itself.',
  'doctor.port-asking': '{family}: the router is being asked.',
  'doctor.port-failed': '{family}: no calls come in.',
  'doctor.circle-alone': 'There is no other device yet.',
  'doctor.circle-reached': 'Other devices that are reached: {reached, number} of {others, number}.',
  'doctor.circle-handed-on': 'Of these through another device, which is slower: {handedOn, number}.',
  'doctor.circle-handed-on.do':
    '{dht, select, off {The channel “Far away, through routers”, turned on here and there, gets through most routers.} other {Nothing has to be done. They are reached directly once one of the two can be called: at a public address, or through a router that lets calls in.}}',
  'doctor.circle-keepers': 'Keepers that are reached: {reached, number} of {keepers, number}.',
  'doctor.circle-keepers-away':
    'No keeper is reached (there are: {keepers, number}): what is written waits here for those who are away.',
  'doctor.circle-keepers-away.do':
    'Look whether it runs: on its machine, http://127.0.0.1:8747/health says what it lacks. The screen of the circle says when each was met last.',
  'doctor.circle-keepers-full':
    'Keepers that have no room for more of yours: {full, number} of {reached, number}. What they don’t take waits here.',
  'doctor.circle-keepers-full.do':
    'Whoever runs one can give it more (“--member-mib”, “--capacity-mib”), or hold things for less long; or another is appointed.',
  'doctor.circle-messages-missing':
    'Messages are missing here, in so many conversations: {count, number}. This device got them before it was restored, or never, and keepers have them no more.',
  'doctor.circle-messages-missing.do':
    'They come by themselves from a device of whoever wrote them, or of anybody else who can read them, once both are online.',
  'doctor.circle-invitations-left-out':
    'Too many invitations are open: by so many of them this device is not found from far away, unless an address in the link leads here: {count, number}. The newest are found.',
  'doctor.circle-invitations-left-out.do':
    'The screen of the circle shows which, and takes back those that nobody needs any more.',
  'doctor.circle-unreached': 'None of the other devices is reached (there are: {others, number}).',
  'doctor.circle-unreached.do':
    '{dht, select, off {They may be away. If they are not: the channel “Far away, through routers”, turned on here and there, gets through most routers.} other {They may be away. If they are not, a device of the circle that all reach helps: one with a public address that lets others begin at it.}}',
  'doctor.circle-out':
    '{standing, select, removed {Nobody is reached there: you were removed.} suspended {Nobody is reached there: you are suspended.} revoked {Nobody is reached there: this device was put out.} left {Nobody is reached there: you left.} other {Nobody is reached there: the circle was ended.}}',
  'doctor.circle-out.do': 'The screen of the circle says by whom and when.',

  'why.cannot-listen': 'It cannot listen at {where}.',
  'why.cannot-listen.do': 'Choose another port, or port 0 for any free one.',
  'why.port-taken': 'A port that it needs is not free here ({what}, {error}).',
  'why.port-taken.do': 'End the program that holds it, or use another channel.',
  'why.no-network': 'This computer is in no such network now.',
  'why.no-network.do': 'Connect it to one; that is noticed within seconds.',
  'why.nowhere-to-begin': 'No node is known to begin at.',
  'why.nowhere-to-begin.do':
    'Let others begin at a device of the circle that has a public address, name a node in the settings of the channels, or choose the public ones there.',
  'why.no-answer': 'No node answers.',
  'why.no-answer.do':
    'It is tried again. If that lasts, this network may block UDP: use another network or another channel.',
  'why.no-ipv4': 'This network speaks IPv6 alone, and this channel IPv4.',
  'why.no-ipv4.do':
    'Others are reached directly where they listen on IPv6, and through a device of the circle that has both.',
  'why.not-called-yet':
    'Whether others can begin at {where} is not known yet: nobody has called there unasked.',
  'why.not-called-yet.do':
    'If that lasts though others begin there, let UDP ports {from} to {to} in at the firewall and the router of this machine. The first call is noticed by itself.',
  'why.router-randomizes':
    'The router here takes another port for each call: two behind such routers don’t get through to each other.',
  'why.router-randomizes.do':
    'They are reached through a device of the circle, and directly where one of the two can be called.',
  'why.not-loadable': 'What this channel is made of can’t be loaded on this machine ({error}).',
  'why.not-loadable.do':
    'It works on Linux, macOS and Windows on x64 and arm64 processors. Use another channel here.',
  'why.tor-connecting': 'Tor is connecting to its network: {percent, number} %.',
  'why.tor-learning': 'Tor is being told of your circles.',
  'why.tor-not-installed': 'The program tor is not installed.',
  'why.tor-not-installed.do':
    'Install it, on Debian and Ubuntu by “sudo apt install tor”: it is noticed within a minute.',
  'why.tor-not-started': 'The program tor could not be started ({error}).',
  'why.tor-not-started.do':
    'Check that it is installed, and that the names of Triode’s folder and of the folder for temporary files are plain.',
  'why.tor-ended': 'The program tor has ended ({error}).',
  'why.tor-ended.do':
    'It is started again by itself within a minute. If this goes on, check the settings that it was given.',
  'why.port-mapping-forbidden': 'A circle of this device forbids to have the router let calls in.',
  'why.port-mapping-forbidden.do':
    'Its admins decide on that, by a rule of the circle. Devices are reached by other channels.',
  'why.router-silent': 'Your router does not answer when it is asked to let calls in.',
  'why.router-silent.do':
    'Turn on UPnP, NAT-PMP or PCP in its settings, or forward the port there by hand; or do without: the channel “Far away, through routers” gets through most routers.',
  'why.router-refused': 'Your router refuses to let calls in.',
  'why.router-refused.do':
    'Allow it to this machine in the settings of the router, or forward the port there by hand.',
  'why.router-offline': 'Your router says that it has no public address.',
  'why.router-offline.do':
    'Look at its line to the provider. If that is up, another router stands before it: if that one is yours, let it pass everything on; if it is your provider’s, ask for a public address or for IPv6.',
  'why.router-keeps-for-ever':
    'Your router opens ports for ever only: one that this device leaves behind when it is cut off would stay open.',
  'why.router-keeps-for-ever.do':
    'Forward the port by hand in the settings of the router, and take it out there again.',
  'why.router-behind-another':
    'Your router would open a port, but its own address is no public one: another router stands before it.',
  'why.router-behind-another.do':
    'If that one is yours, let it pass everything on, or make one of the two a bridge. If it is your provider’s, ask for a public address or for IPv6; or use the channel “Far away, through routers”.',
  'why.no-router': 'No router is found that leads to the Internet by {family}.',
  'why.no-router.do':
    '{family, select, IPv6 {Many networks have none; IPv4 is asked for by itself.} other {Connect this machine to a network.}}',
  'why.router-unclear': 'Your router answers what makes no sense when it is asked to let calls in.',
  'why.router-unclear.do': 'Forward the port by hand in its settings.',
  'why.router-not-asked': 'The router could not be asked.',
  'why.router-not-asked.do': 'Forward the port by hand in its settings.',
  'report.version': 'Version, time',
  'report.system': 'Operating system',
  'report.process': 'Running',
  'report.device': 'Device',
  'report.storage': 'Storage',
  'report.channel': 'Channel: {name}',
  'report.circle': 'Circle {name}',
  'report.tunnel': 'Connection: {name}',
  'report.warning': 'Warning',
  'report.fault': 'Fault',
  'report.page': 'This page',
  'report.other': 'More',
  'report.state':
    '{state, select, new {without a vault} locked {locked} unlocked {unlocked} off {off} starting {starting} on {on} failed {failed} active {you are in it} removed {you were removed} suspended {you are suspended} revoked {this device was put out} dissolved {ended} left {you left} dialed {begun here} accepted {begun there} none {none} other {{state}}}',
  'report.text': 'The text that is handed on, in English',
} as const
