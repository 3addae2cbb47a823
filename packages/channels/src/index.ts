export type {
  Channel,
  ChannelStatus,
  ChannelTraits,
  Discovery,
  Link,
  Rendezvous,
  Service,
  Services,
  Visit,
} from './channel.ts'
export { DhtChannel, type DhtChannelOptions, type DhtSettings } from './dht/dhtChannel.ts'
export { isDhtNode } from './dht/nodeAddress.ts'
export { LanChannel, type LanChannelOptions } from './lan/lanChannel.ts'
export { isInNetwork, isLinkLocal, machineAddresses } from './machine.ts'
export { MemoryChannel, type MemoryNetwork } from './memory/memoryChannel.ts'
export { nearKind } from './tcp/endpoint.ts'
export { isPublicAddress } from './portmap/publicAddress.ts'
export type { MappingStatus } from './portmap/portMapper.ts'
export { TcpChannel, type TcpChannelOptions, type TcpMapping } from './tcp/tcpChannel.ts'
export type { LinkLimits } from './tcp/tcpLinks.ts'
export { TorChannel, type TorChannelOptions } from './tor/torChannel.ts'
