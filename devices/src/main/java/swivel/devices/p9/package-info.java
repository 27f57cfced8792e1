/**
 * A server of the protocol 9P2000.L for one folder of a Linux host: what is behind a virtio-9p device. It knows nothing
 * of virtio; messages come and go as arrays of bytes, on the vCPU's thread.
 *
 * <p>No name that a guest sends is ever more than one step: each step is one {@code openat} that follows no link, from
 * a directory that is held open. So there is no path that somebody could lead elsewhere while it is looked at.
 *
 * <p>Begin with {@link swivel.devices.p9.P9Server}. {@link swivel.devices.p9.NodeTree} has the files that the guest
 * names, {@link swivel.devices.p9.HostFiles} the calls of the host. Uses {@code swivel.memory}, for native calls.
 */
package swivel.devices.p9;
