/**
 * Machines for programs: what {@code swivel run} does, in Java (docs/embedding.md).
 *
 * <p>Begin with {@link swivel.api.Machine}: {@code Machine.builder()} has what the command line has, and starts one.
 * Its {@link swivel.api.Console} reads and types, {@link swivel.api.End} tells how it ended. Devices of one's own
 * extend {@link swivel.machine.MmioDevice}.
 *
 * <p>Uses boards, the hypervisor, devices and the rewriter. Knows nothing of options, the terminal, or caches; what it
 * has to say to a person goes to whom the program names. The command line is made of the same parts.
 */
package swivel.api;
