/**
 * Boards: memory maps, wiring, device trees, image loading, boot protocol, PSCI, and snapshots of whole machines.
 *
 * <p>Begin with {@link swivel.machine.VirtBoard}, the rows of the one board there is, and
 * {@link swivel.machine.VirtMachine}, which builds a board around a vCPU. {@link swivel.machine.Kernel} takes a
 * kernel's file apart, {@link swivel.machine.Boot} places it in RAM.
 *
 * <p>Uses the hypervisor, the devices and the rewriter. Knows nothing of options, the terminal, or messages.
 */
package swivel.machine;
