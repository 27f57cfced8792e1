/**
 * Streams of bytes between a guest and the host: buffers that are bounded, sockets, and the threads that have them.
 *
 * <p>Begin with {@link swivel.devices.streams.SelectorThread}. {@link swivel.devices.streams.ByteRing} leads from one
 * thread to another; {@link swivel.devices.streams.ByteQueue} belongs to one thread, and takes its memory from what all
 * queues have together. Uses {@code swivel.memory} for snapshots alone.
 */
package swivel.devices.streams;
