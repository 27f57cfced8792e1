/**
 * The host's side of a guest's vsock connections: Unix domain sockets, in the way of Firecracker.
 *
 * <p>Begin with {@link swivel.devices.vsock.HostVsock}, whose thread does the work, and
 * {@link swivel.devices.vsock.VsockCable}, which leads to the device. Uses {@code devices.streams}.
 */
package swivel.devices.vsock;
