import { channelCompliance } from '@triode/testkit'
import { TcpChannel } from '../src/index.ts'

const MALFORMED = [
  'tcp:127.0.0.1',
  'tcp:127.0.0.1:',
  'tcp:127.0.0.1:0',
  'tcp:127.0.0.1:65536',
  'tcp:127.0.0.1:-1',
  'tcp:127.0.0.1:1e3',
  'tcp:127.0.0.1:80 ',
  'tcp:127.0.0.1:80\n',
  'tcp:127.1:80',
  'tcp:256.0.0.1:80',
  'tcp:0.0.0.0:80',
  'tcp:224.0.0.251:5353',
  'tcp:255.255.255.255:80',
  'tcp:::1:80',
  'tcp:[::]:80',
  'tcp:[0:0:0:0:0:0:0:0]:80',
  'tcp:[ff02::fb]:80',
  'tcp:[::1]',
  'tcp:[::1]80',
  'tcp:[::g]:80',
  'tcp:[fe80::1%eth0/../x]:80',
  'tcp:localhost:80',
  'tcp:example.org:80',
  'TCP:127.0.0.1:80',
  'lan:127.0.0.1:80',
]

for (const [family, host] of [
  ['IPv4', '127.0.0.1'],
  ['IPv6', '[::1]'],
] as const) {
  channelCompliance(`tcp over ${family}`, () => ({
    here: new TcpChannel({ listen: [`${host}:0`] }),
    there: new TcpChannel({ listen: [`${host}:0`] }),
    nobody: `tcp:${host}:1`,
    malformed: MALFORMED,
  }))
}
