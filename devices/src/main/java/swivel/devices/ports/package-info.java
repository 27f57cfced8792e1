/**
 * The host's ends of a guest's virtio ports: files and sockets.
 *
 * <p>Begin with {@link swivel.devices.ports.HostPorts}, whose thread does the work, and
 * {@link swivel.devices.ports.Port}, which leads to the device. Uses {@code devices.streams}.
 */
package swivel.devices.ports;
