/**
 * The hypervisor. It owns all privilege: the virtual modes and their banks, CP15, the guest's translation tables,
 * exceptions and interrupts are plain Java state here, changed by the handlers of the processor's traps.
 *
 * <p>Uses the processor's contract ({@code swivel.cpu}), the trap encoding, and what ARM says; of devices and boards it
 * knows {@link swivel.vmm.Platform} only. Begin with {@link swivel.vmm.Vcpu}, which runs the processor, and
 * {@code TrapDispatcher}, which gives each trap to its handler. docs/hypervisor.md sets the classes beside the concepts
 * of "KVM for ARM" (Dall and Nieh, 2010).
 */
package swivel.vmm;
