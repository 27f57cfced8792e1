/**
 * Guest-physical memory, the bus beside it, and what everything on a machine has in common: wires
 * ({@link swivel.memory.InterruptLine}), register windows ({@link swivel.memory.Mmio}), state that can be saved
 * ({@link swivel.memory.Snapshot}).
 *
 * <p>Begin with {@link swivel.memory.GuestMemory}. Uses nothing but the JDK; {@link swivel.memory.HostCalls} is the one
 * way to the host's C library.
 */
package swivel.memory;
