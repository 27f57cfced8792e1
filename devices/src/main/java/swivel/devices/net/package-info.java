/**
 * A network for the guest that needs no privileges on the host: a user-mode network, as QEMU's. Everything the guest
 * sends ends here, as it would at a router, and goes on over sockets of the host.
 *
 * <p>Begin with {@link swivel.devices.net.UserNetwork}, whose thread does all the work, and
 * {@link swivel.devices.net.EthernetCable}, which leads to the device. TCP is in
 * {@link swivel.devices.net.TcpConnection}, which knows no sockets; what a guest may reach is in
 * {@link swivel.devices.net.Routes}. Uses {@code devices.streams} for sockets and what waits in
 * them, and {@code swivel.memory} for snapshots alone.
 */
package swivel.devices.net;
